// The mail sink takes a mail as our sender sends it and hands back what a person would read.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";

test("a mail is written as one line, decoded", async () => {
  const sink = spawn(process.execPath, [new URL("smtp-sink.mjs", import.meta.url).pathname], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(sink.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const socket = connect((await next()).listening, "127.0.0.1");
  const answers = createInterface(socket)[Symbol.asyncIterator]();
  const body = ["Subject: =?UTF-8?B?57uR5a6a6YKA6K+3?=", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", Buffer.from("请在 48 小时内回答").toString("base64"), "."];
  await answers.next();
  for (const line of ["HELO test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA", body.join("\r\n")]) {
    socket.write(`${line}\r\n`);
    assert.match((await answers.next()).value, /^[23]/);
  }
  const { from, to, subject, text } = await next();
  assert.deepEqual({ from, to, subject, text: text.trim() }, { from: "a@example.org", to: ["b@example.org"], subject: "绑定邀请", text: "请在 48 小时内回答" });
  socket.destroy();
  sink.stdin.end();
  assert.deepEqual(await once(sink, "exit"), [0, null]);
});
