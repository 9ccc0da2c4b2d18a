//! Rows as what they mean: each cell read by its column, each problem named with what would be accepted.

use super::{
    AccountRow, Kind, Outcome, PostRow, Rows, Subject,
    columns::Column,
    table::{CELL, Row, Table, unquoted},
};
use crate::{Post, Stated, Visibility, fields, names};
use kernel::Problem;
use std::collections::HashMap;

/// What a file says, before anything is compared with what is known.
pub struct Sheet {
    /// The accounts that it names, in its order, each with its rows.
    pub subjects: Vec<Subject>,
    /// Rows that are settled already: what is wrong with them, or that they repeat an earlier one.
    pub settled: Vec<(usize, Outcome)>,
}

fn wrong(column: Column, code: &str, given: &str) -> Problem {
    let shown: String = given.chars().take(80).collect();
    Problem::new(column.code(), format!("accounts.import.{code}")).with("given", shown)
}

/// A handle, also out of its profile's address: `https://www.tiktok.com/@luna?lang=en`.
fn bare(text: &str) -> &str {
    let profile = text.split_once("tiktok.com/@").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    names::bare_handle(profile.unwrap_or(text))
}

/// Reads the cells of one row.
struct Cells<'a> {
    row: &'a Row,
    at: &'a HashMap<Column, usize>,
    problems: Vec<Problem>,
}

impl Cells<'_> {
    fn text(&self, column: Column) -> &str {
        self.at.get(&column).and_then(|at| self.row.cells.get(*at)).map_or("", |cell| unquoted(cell).trim())
    }

    /// A cell that may be empty; what is in it must be readable.
    fn opt<T>(&mut self, column: Column, read: impl Fn(&str) -> Option<T>, code: &str) -> Option<T> {
        let text = self.text(column);
        // What spreadsheets and people write for "nothing is known".
        if text.is_empty() || matches!(text, "-" | "–" | "—" | "N/A" | "n/a" | "NA" | "null" | "NULL" | "None" | "无") {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            let problem = wrong(column, code, text);
            self.problems.push(problem);
        }
        value
    }

    fn count(&mut self, column: Column) -> Option<i64> {
        self.opt(column, fields::count, "count_unfit")
    }

    /// A cell that is longer than any may be was cut when the file was read.
    fn sizes(&mut self, mapping: &[Option<Column>]) {
        let long = |cell: &String| cell.len() > CELL && cell.chars().count() > CELL;
        for (at, _) in self.row.cells.iter().enumerate().filter(|(_, cell)| long(cell)) {
            let field = mapping.get(at).copied().flatten().map_or("", Column::code);
            self.problems.push(Problem::new(field, "accounts.import.cell_too_long").with("most", CELL));
        }
    }

    fn handle(&mut self) -> String {
        let handle = bare(self.text(Column::Handle)).to_owned();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if handle.is_empty() {
            self.problems.push(Problem::new(Column::Handle.code(), "accounts.import.handle_missing"));
        } else if !handle.chars().all(fits) || handle.chars().count() > 64 {
            self.problems.push(wrong(Column::Handle, "handle_unfit", &handle));
        }
        handle
    }

    fn words(&mut self, column: Column, most: usize) -> String {
        let text = self.text(column);
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        // One that is longer than any cell may be is named already.
        if (most + 1..=CELL).contains(&clean.chars().count()) {
            let problem = wrong(column, "text_too_long", &clean).with("most", most);
            self.problems.push(problem);
        }
        clean
    }

    fn account(&mut self) -> AccountRow {
        let stated = Stated {
            followers: self.count(Column::Followers),
            likes: self.count(Column::Likes),
            views: self.count(Column::Views),
            engagement_bp: self.opt(Column::Engagement, |text| fields::basis_points(text).filter(|bp| *bp <= 1_000_000), "share_unfit"),
            posts_count: None,
        };
        let age = |text: &str| fields::count(text).filter(|years| (1..=120).contains(years)).and_then(|years| i16::try_from(years).ok());
        AccountRow {
            line: self.row.line,
            handle: self.handle(),
            nickname: Some(self.words(Column::Nickname, 60)).filter(|name| !name.is_empty()),
            region: self.opt(Column::Region, fields::region, "region_unfit"),
            stated,
            brand_account: self.opt(Column::Brand, fields::yes, "yes_unfit"),
            age: self.opt(Column::Age, age, "age_unfit"),
            categories: self.opt(Column::Categories, |text| fields::list(text).map(|_| fields::categories(text)), "list_unfit"),
        }
    }

    fn post(&mut self) -> PostRow {
        let id = self.text(Column::PostId).to_owned();
        let is_rounded = id.to_uppercase().contains("E+") || (id.len() >= 17 && id.ends_with("0000") && id.contains('.'));
        if id.is_empty() {
            self.problems.push(Problem::new(Column::PostId.code(), "accounts.import.post_id_missing"));
        } else if is_rounded {
            self.problems.push(wrong(Column::PostId, "post_id_rounded", &id));
        } else if id.chars().count() > 64 || id.chars().any(|c| c.is_control() || c.is_whitespace()) {
            self.problems.push(wrong(Column::PostId, "post_id_unfit", &id));
        }
        let at = self.opt(Column::PublishedAt, fields::moment, "moment_unfit");
        if self.text(Column::PublishedAt).is_empty() {
            self.problems.push(Problem::new(Column::PublishedAt.code(), "accounts.import.moment_missing"));
        }
        let post = Post {
            id,
            at: at.unwrap_or_default(),
            title: self.words(Column::Title, 4_000),
            hashtags: self.opt(Column::Hashtags, fields::list, "list_unfit").unwrap_or_default(),
            song: self.words(Column::Song, 500),
            seconds: self.count(Column::Seconds).unwrap_or_default(),
            plays: self.count(Column::Plays).unwrap_or_default(),
            likes: self.count(Column::PostLikes).unwrap_or_default(),
            comments: self.count(Column::Comments).unwrap_or_default(),
            shares: self.count(Column::Shares).unwrap_or_default(),
            visibility: Visibility::Public,
        };
        let (followers, likes, posts_count) =
            (self.count(Column::Followers), self.count(Column::TotalLikes), self.count(Column::TotalPosts));
        let stated = Stated { followers, likes, posts_count, ..Stated::default() };
        PostRow { line: self.row.line, handle: self.handle(), post, stated }
    }
}

/// Reads a table by a mapping. Ids for accounts that may turn out to be new come from `fresh`.
pub fn read(kind: Kind, table: &Table, mapping: &[Option<Column>], mut fresh: impl FnMut() -> kernel::AccountId) -> Sheet {
    let at: HashMap<Column, usize> = mapping.iter().enumerate().filter_map(|(at, column)| Some(((*column)?, at))).collect();
    let mut sheet = Sheet { subjects: Vec::new(), settled: Vec::new() };
    let mut by_handle: HashMap<String, usize> = HashMap::new();
    let mut posts: HashMap<(usize, String), (usize, Post)> = HashMap::new();
    for row in &table.rows {
        let mut cells = Cells { row, at: &at, problems: Vec::new() };
        if row.cells.len() > table.header.len() {
            cells.problems.push(Problem::new("", "accounts.import.row_too_long").with("most", table.header.len()));
        }
        cells.sizes(mapping);
        let (handle, rows) = match kind {
            Kind::Accounts => {
                let row = cells.account();
                (row.handle.clone(), Rows::Account(row))
            }
            Kind::Posts => {
                let row = cells.post();
                (row.handle.clone(), Rows::Posts(vec![row]))
            }
        };
        if !cells.problems.is_empty() {
            sheet.settled.push((row.line, Outcome::Bad(cells.problems)));
            continue;
        }
        let next = sheet.subjects.len();
        let subject = *by_handle.entry(names::normal(&handle)).or_insert(next);
        if subject == next {
            if let Rows::Posts(rows) = &rows {
                posts.extend(rows.iter().map(|row| ((subject, row.post.id.clone()), (row.line, row.post.clone()))));
            }
            sheet.subjects.push(Subject { id: fresh(), handle, rows });
            continue;
        }
        let known = &mut sheet.subjects[subject];
        match (&mut known.rows, rows) {
            (Rows::Account(first), Rows::Account(again)) => {
                let same = AccountRow { line: first.line, handle: first.handle.clone(), ..again } == *first;
                sheet.settled.push((row.line, repeated(same, first.line)));
            }
            (Rows::Posts(known), Rows::Posts(more)) => {
                for one in more {
                    match posts.get(&(subject, one.post.id.clone())) {
                        Some((line, first)) => sheet.settled.push((row.line, repeated(*first == one.post, *line))),
                        None => {
                            posts.insert((subject, one.post.id.clone()), (one.line, one.post.clone()));
                            known.push(one);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    sheet
}

/// A row that comes again: the same says nothing new, another one contradicts the first.
fn repeated(same: bool, line: usize) -> Outcome {
    if same { Outcome::Same } else { Outcome::Bad(vec![Problem::new("", "accounts.import.said_differently").with("line", line)]) }
}

#[cfg(test)]
mod tests {
    use super::{super::columns::mapping, super::table, *};

    fn sheet(kind: Kind, text: &str) -> Sheet {
        let table = table::read(text.as_bytes()).unwrap();
        let mapping = mapping(kind, &table.header, &[]);
        let mut next = 0;
        read(kind, &table, &mapping, || {
            next += 1;
            kernel::AccountId::new(next)
        })
    }

    fn codes(sheet: &Sheet) -> Vec<(usize, Vec<&str>)> {
        let codes = |outcome: &Outcome| match outcome {
            Outcome::Bad(problems) => problems.iter().map(|problem| problem.code.clone()).collect(),
            other => vec![format!("{other:?}")],
        };
        let list: Vec<(usize, Vec<String>)> = sheet.settled.iter().map(|(line, outcome)| (*line, codes(outcome))).collect();
        list.into_iter()
            .map(|(line, codes)| {
                (line, codes.into_iter().map(|code| &*code.rsplit('.').next().unwrap_or_default().to_owned().leak()).collect())
            })
            .collect()
    }

    #[test]
    fn an_account_row_is_read_as_people_write_it() {
        let text = "Rank,Username,Country,Followers,Views,Likes,Engagement,Brand Account,Age,Genre\n1,@luna.k,U.S.A,78.9m,38.3m,6.1m,16.60%,0,16,\"Dancing, Lipsyncing\"\n";
        let sheet = sheet(Kind::Accounts, text);
        let Rows::Account(row) = &sheet.subjects[0].rows else { panic!("an account") };
        assert_eq!((row.handle.as_str(), row.region), ("luna.k", Some(kernel::Region::new(b"US"))));
        assert_eq!((row.stated.followers, row.stated.engagement_bp, row.age), (Some(78_900_000), Some(1_660), Some(16)));
        assert_eq!(row.categories.as_deref(), Some(&["Dancing".to_owned(), "Lipsyncing".to_owned()][..]));
    }

    #[test]
    fn every_problem_of_every_row_is_named() {
        let text = "username,country,followers,engagement,age\n@a b,Atlantis,many,x%,400\n,GB,1,1%,20\nok,,,,\nok,,,,\nOK,GB,,,\nlong,GB,1,1%,20,extra\n";
        assert_eq!(
            codes(&sheet(Kind::Accounts, text)),
            [
                (2, vec!["count_unfit", "share_unfit", "handle_unfit", "region_unfit", "age_unfit"]),
                (3, vec!["handle_missing"]),
                (5, vec!["Same"]),
                (6, vec!["said_differently"]),
                (7, vec!["row_too_long"]),
            ]
        );
    }

    #[test]
    fn a_huge_cell_makes_its_row_bad_and_names_its_column() {
        let text = format!("username,country,nickname,note\nluna,GB,{0},\nmira,GB,Mira,{0}\nnoor,GB,Noor,\n", "x".repeat(50_000));
        let sheet = sheet(Kind::Accounts, &text);
        assert_eq!(codes(&sheet), [(2, vec!["cell_too_long"]), (3, vec!["cell_too_long"])]);
        let fields = sheet.settled.iter().map(|(_, outcome)| match outcome {
            Outcome::Bad(problems) => problems[0].field.clone(),
            other => format!("{other:?}"),
        });
        assert_eq!(fields.collect::<Vec<_>>(), ["nickname", ""]);
        assert_eq!(sheet.subjects[0].handle, "noor");
    }

    #[test]
    fn a_profiles_address_names_its_handle() {
        for text in ["luna.k", "@luna.k", "https://www.tiktok.com/@luna.k?lang=en", "tiktok.com/@luna.k/video/7"] {
            assert_eq!(bare(text), "luna.k", "{text}");
        }
    }

    #[test]
    fn posts_of_one_account_come_together_and_repeats_are_told_from_contradictions() {
        let text = "id,create_time,user_name,n_plays\n1,1604768957,luna,5\n2,1604768957,Luna,6\n1,1604768957,luna,5\n1,1604768957,luna,7\n6.89E+18,1604768957,luna,7\n9,,luna,1\n";
        let sheet = sheet(Kind::Posts, text);
        let Rows::Posts(rows) = &sheet.subjects[0].rows else { panic!("posts") };
        assert_eq!((sheet.subjects.len(), rows.len()), (1, 2));
        assert_eq!(
            codes(&sheet),
            [(4, vec!["Same"]), (5, vec!["said_differently"]), (6, vec!["post_id_rounded"]), (7, vec!["moment_missing"])]
        );
    }
}
