//! Files of invented people, in the forms that real ones have, through the whole way and on every database there is.

use super::{
    Choices, Kind, Progress, Report, io,
    io::{Prepared, Stage},
    table, xlsx,
};
use crate::{
    index,
    testing::{House, OPERATOR},
};
use kernel::{Actor, ImportId, Refusal, Region};
use std::sync::Arc;

const ACCOUNTS: &[u8] = include_bytes!("../../tests/data/creators.csv");
const POSTS: &[u8] = include_bytes!("../../tests/data/posts.csv");
const CHINESE: &[u8] = include_bytes!("../../tests/data/达人.csv");
const BROKEN: &[u8] = include_bytes!("../../tests/data/broken.csv");

fn quiet() -> Progress {
    Arc::new(|_, _| ())
}

fn prepared(kind: Kind, bytes: &[u8], choices: Choices) -> Prepared {
    Prepared::new(kind, Arc::new(table::read(bytes).unwrap()), choices, OPERATOR).unwrap()
}

fn keep(house: &House, file: &Prepared) -> ImportId {
    let (id, file) = (store::fresh(), file.clone());
    house.store.write_blocking(move |tx| io::keep(tx, &Actor::SYSTEM, id, &file, "file.csv")).unwrap();
    id
}

fn commit(house: &House, kind: Kind, bytes: &[u8], choices: Choices) -> Result<Report, Refusal> {
    let file = prepared(kind, bytes, choices);
    let id = keep(house, &file);
    house.store.write_blocking(move |tx| io::commit_kept(tx, &Actor::SYSTEM, id, &file, &quiet()))
}

fn counts(report: &Report) -> [usize; 5] {
    [report.rows, report.new, report.change, report.same, report.bad]
}

fn good() -> Choices {
    Choices { only_good: true, ..Choices::default() }
}

fn create() -> Choices {
    Choices { create_missing: true, ..good() }
}

#[test]
fn a_file_of_creators_is_imported_and_reading_it_again_changes_nothing() {
    for house in House::all() {
        let report = commit(&house, Kind::Accounts, ACCOUNTS, good()).unwrap();
        assert_eq!(counts(&report), [8, 6, 0, 1, 1], "{:?}", report.outcomes);
        let before = house.see(|tx| Ok(tx.as_of()));
        let again = commit(&house, Kind::Accounts, ACCOUNTS, good()).unwrap();
        assert_eq!((counts(&again), house.see(|tx| Ok(tx.as_of()))), ([8, 0, 0, 7, 1], before));
        let mira = house.see(|tx| index::by_handle(tx, "@Mira.Cooks")).unwrap();
        assert_eq!((mira.followers, mira.engagement_bp, mira.region), (78_900_000, 1_660, Region::new(b"US")));
        assert_eq!((mira.owner, mira.claimed, mira.birth), (OPERATOR, false, None));
        assert_eq!(mira.categories, ["Cooking", "Lifestyle"]);
    }
}

#[test]
fn posts_bring_findings_a_trend_and_figures_and_come_once() {
    for house in House::all() {
        commit(&house, Kind::Accounts, ACCOUNTS, good()).unwrap();
        let report = commit(&house, Kind::Posts, POSTS, good()).unwrap();
        assert_eq!(counts(&report), [9, 6, 0, 1, 2], "{:?}", report.outcomes);
        let created = commit(&house, Kind::Posts, POSTS, create()).unwrap();
        assert_eq!(counts(&created), [9, 1, 0, 7, 1], "the row of an unknown account is new now");
        let before = house.see(|tx| Ok(tx.as_of()));
        commit(&house, Kind::Posts, POSTS, create()).unwrap();
        commit(&house, Kind::Accounts, ACCOUNTS, good()).unwrap();
        assert_eq!(house.see(|tx| Ok(tx.as_of())), before, "neither file says anything new, though both state figures");
        let mira = house.see(|tx| index::by_handle(tx, "mira.cooks")).unwrap();
        assert_eq!(house.see(move |tx| index::content_findings_count(tx, mira.id)), 1);
        let trend = house.see(move |tx| index::trend(tx, mira.id));
        assert_eq!(
            trend.iter().map(|day| (day.followers, day.plays)).collect::<Vec<_>>()[..2],
            [(None, 12_800), (Some(97_400_000), 109_900)]
        );
        assert_eq!(house.see(move |tx| index::posts(tx, mira.id, kernel::Instant(i64::MAX), 10)).len(), 3);
    }
}

#[test]
fn an_account_has_as_many_posts_as_are_known_or_more_where_a_list_says_so() {
    for house in House::all() {
        let said = |total: &str| {
            let row = |n: usize| format!("710000000000000000{n},160476855{n},ada.tea,1984,{total}\n");
            format!("id,create_time,user_name,n_plays,n_total_vids\n{}", (1..=3).map(row).collect::<String>())
        };
        for (total, posts) in [("", 3), ("2", 3), ("211", 211)] {
            commit(&house, Kind::Posts, said(total).as_bytes(), create()).unwrap();
            assert_eq!(house.see(|tx| index::by_handle(tx, "ada.tea")).unwrap().posts_count, posts, "{total:?}");
        }
    }
}

#[test]
fn one_bad_row_leaves_nothing_behind() {
    let house = House::sqlite();
    let before = house.see(|tx| Ok(tx.as_of()));
    let refused = commit(&house, Kind::Accounts, ACCOUNTS, Choices::default());
    assert!(matches!(refused, Err(Refusal::Denied { capability: "accounts.import", .. })), "{refused:?}");
    assert_eq!(house.see(|tx| Ok(tx.as_of())), before);
    assert!(house.see(|tx| index::by_handle(tx, "mira.cooks")).is_none());
}

#[test]
fn an_import_that_was_interrupted_leaves_nothing_and_can_be_committed_afterwards() {
    let house = House::sqlite();
    let file = prepared(Kind::Posts, POSTS, create());
    let id = keep(&house, &file);
    let choices = file.choices.clone();
    house.store.write_blocking(move |tx| io::stands(tx, OPERATOR, id, Stage::Running, &choices)).unwrap();
    let torn = file.clone();
    let ended = house.store.write_blocking(move |tx| {
        io::commit_kept(tx, &Actor::SYSTEM, id, &torn, &quiet())?;
        Err::<(), _>(Refusal::Fault("the program ends here".into()))
    });
    assert!(ended.is_err());
    assert_eq!(house.see(move |tx| io::find(tx, OPERATOR, id)).stage, Stage::Running);
    assert!(house.see(|tx| index::by_handle(tx, "mira.cooks")).is_none());
    let kept = house.see(move |tx| io::table_of(tx, OPERATOR, id));
    let again = Prepared::new(Kind::Posts, Arc::new(kept), file.choices.clone(), OPERATOR).unwrap();
    let done = house.store.write_blocking(move |tx| io::commit_kept(tx, &Actor::SYSTEM, id, &again, &quiet())).unwrap();
    assert_eq!(counts(&done)[..2], [9, 7]);
    let twice = house.store.write_blocking(move |tx| io::commit_kept(tx, &Actor::SYSTEM, id, &file, &quiet()));
    assert_eq!(twice, Err(Refusal::Stale), "what is committed is not committed again");
}

#[test]
fn another_operators_import_is_not_there() {
    let house = House::sqlite();
    let id = keep(&house, &prepared(Kind::Posts, POSTS, create()));
    let other = kernel::OrgId::new(77);
    for look in [
        house.store.read_blocking(move |tx| io::find(tx, other, id).map(drop)),
        house.store.read_blocking(move |tx| io::table_of(tx, other, id).map(drop)),
        house.store.read_blocking(move |tx| io::bad_of(tx, other, id).map(drop)),
    ] {
        assert_eq!(look, Err(Refusal::NotFound));
    }
}

#[test]
fn semicolons_chinese_columns_and_chinese_numbers_are_understood() {
    let house = House::sqlite();
    let report = commit(&house, Kind::Accounts, CHINESE, Choices::default()).unwrap();
    assert_eq!(counts(&report), [3, 3, 0, 0, 0]);
    let mei = house.see(|tx| index::by_handle(tx, "xiaomei_chufang")).unwrap();
    assert_eq!((mei.nickname.as_str(), mei.followers, mei.region), ("小美厨房", 1_285_000, Region::new(b"MY")));
}

#[test]
fn the_same_rows_in_a_workbook_change_nothing() {
    let house = House::sqlite();
    commit(&house, Kind::Accounts, CHINESE, Choices::default()).unwrap();
    let table = table::read(CHINESE).unwrap();
    let rows: Vec<Vec<&str>> = std::iter::once(&table.header)
        .chain(table.rows.iter().map(|row| &row.cells))
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let report = commit(&house, Kind::Accounts, &xlsx::write(&rows), Choices::default()).unwrap();
    assert_eq!(counts(&report), [3, 0, 0, 3, 0]);
}

#[test]
fn every_bad_row_is_named_and_the_good_ones_come_in() {
    let house = House::sqlite();
    let file = prepared(Kind::Accounts, BROKEN, good());
    let compared = file.clone();
    let report = house.see(move |tx| io::compare(tx, &compared, &quiet()));
    let bad = io::bad_rows(&file, &report);
    let named: Vec<(usize, &str)> =
        bad.rows.iter().flat_map(|row| row.problems.iter().map(|(_, code, _)| (row.line, code.rsplit('.').next().unwrap()))).collect();
    assert_eq!(
        named,
        [
            (3, "handle_missing"),
            (4, "handle_unfit"),
            (5, "region_unfit"),
            (6, "count_unfit"),
            (6, "share_unfit"),
            (7, "age_unfit"),
            (8, "region_missing"),
            (9, "row_too_long"),
            (11, "said_differently"),
        ]
    );
    assert_eq!(counts(&report), [10, 2, 0, 0, 8]);
}

#[test]
fn what_is_said_of_a_column_or_field_that_is_none_is_refused() {
    let file = Arc::new(table::read(b"name,fame\nluna,5\n").unwrap());
    let refused = |theirs: &str, ours: &str| {
        let columns = vec![("name".to_owned(), "handle".to_owned()), (theirs.to_owned(), ours.to_owned())];
        match Prepared::new(Kind::Accounts, file.clone(), Choices { columns, ..Choices::default() }, OPERATOR) {
            Err(Refusal::Malformed(problems)) => problems[0].code.clone(),
            other => format!("{:?}", other.map(drop)),
        }
    };
    assert_eq!(refused("Fame", "folowers"), "accounts.import.map_field");
    assert_eq!(refused("glory", "followers"), "accounts.import.map_column");
    assert_eq!([refused("Fame", "followers"), refused("fame", "")], ["Ok(())", "Ok(())"]);
}

#[test]
fn progress_is_told_up_to_the_last_row() {
    let house = House::sqlite();
    let file = prepared(Kind::Posts, POSTS, create());
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tell = told.clone();
    let progress: Progress = Arc::new(move |done, total| tell.lock().unwrap().push((done, total)));
    house.see(move |tx| io::compare(tx, &file, &progress));
    assert_eq!(told.lock().unwrap().last(), Some(&(9, 9)));
}

#[test]
fn the_tables_can_be_made_again_from_the_log() {
    for house in House::all() {
        commit(&house, Kind::Accounts, ACCOUNTS, good()).unwrap();
        commit(&house, Kind::Posts, POSTS, create()).unwrap();
        let look = |house: &House| house.see(|tx| index::list(tx, &index::Filter::default(), 100, None));
        let before = look(&house);
        store::reindex::reindex(&house.store, |_| ()).unwrap();
        assert_eq!(look(&house), before);
        let before = house.see(|tx| Ok(tx.as_of()));
        commit(&house, Kind::Posts, POSTS, create()).unwrap();
        assert_eq!(house.see(|tx| Ok(tx.as_of())), before);
    }
}
