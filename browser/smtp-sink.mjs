// A mail server that only listens: takes every mail on a loopback port and writes each as one line of JSON.
//
//   node browser/smtp-sink.mjs [PORT] [FILE]
//
// PORT 0 (the default) takes a free one. The first line on standard output is {"listening": port}; each mail is
// {"from", "to": [..], "subject", "text", "html", "headers": {..}} on standard output, and in FILE when it is given.
// It ends when its standard input ends, so it never outlives the test that started it.
import { appendFileSync } from "node:fs";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

const [port = "0", file] = process.argv.slice(2);

/** One mail as plain data. */
async function read(stream, session) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  const mail = await PostalMime.parse(Buffer.concat(parts));
  return {
    from: session.envelope.mailFrom.address,
    to: session.envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? "",
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  };
}

function write(line) {
  process.stdout.write(`${line}\n`);
  if (file) appendFileSync(file, `${line}\n`);
}

const server = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  disableReverseLookup: true,
  disabledCommands: ["STARTTLS"],
  onAuth: (auth, session, done) => done(null, { user: auth.username }),
  onData: (stream, session, done) => {
    read(stream, session).then(
      (mail) => {
        write(JSON.stringify(mail)); // before the answer: an accepted mail has been written
        done();
      },
      (problem) => done(problem),
    );
  },
});

server.listen(Number(port), "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ listening: server.server.address().port })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
