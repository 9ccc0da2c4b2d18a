//! What the demo's creators publish: videos and lives with figures that grow, so that charts and histories show a life.

use accounts::{Live, Post, Visibility};
use kernel::{Instant, Span};

/// A creator's account, and what its videos are about.
pub struct Creator {
    /// Its handle.
    pub handle: &'static str,
    /// Followers at the beginning, and how many come each week.
    pub followers: (i64, i64),
    /// Titles and hashtags of its videos, published in turn.
    videos: &'static [(&'static str, &'static [&'static str])],
    /// What its lives are called; none when it has none.
    live: &'static str,
}

/// Those whose figures are known.
pub const CREATORS: [Creator; 8] = [
    Creator {
        handle: "mei.brews",
        followers: (310, 45),
        videos: &[
            ("三分钟学会盖碗泡法", &["茶", "盖碗", "teatime"]),
            ("伦敦下雨天，煮一壶白茶", &["白茶", "london"]),
            ("新到的凤凰单丛开箱", &["单丛", "开箱"]),
            ("Grandmother's tea set, finally at home", &["tea", "teaset"]),
            ("冷泡茶的三个错误", &["冷泡茶", "茶"]),
        ],
        live: "周五晚一起喝茶",
    },
    Creator {
        handle: "willow.official",
        followers: (9_400, 260),
        videos: &[
            ("How our spring teas are picked", &["tea", "harvest"]),
            ("Packing orders on a Monday", &["smallbusiness", "packingorders"]),
            ("Which teapot for which tea?", &["teapot", "teatok"]),
            ("Behind the blend: Earl Grey", &["earlgrey", "tea"]),
        ],
        live: "New arrivals and your questions",
    },
    Creator {
        handle: "sam.steeps",
        followers: (7_100, 40),
        videos: &[
            ("Rating supermarket teas, part 9", &["tea", "review"]),
            ("Cold brew for the office", &["coldbrew", "worklife"]),
            ("Does water matter? A blind test", &["tea", "experiment"]),
        ],
        live: "Steep along on Sunday",
    },
    Creator {
        handle: "ivy.glows",
        followers: (24_000, 1_900),
        videos: &[
            ("My evening routine in 40 seconds", &["skincare", "routine"]),
            ("Three products I finished", &["empties", "beauty"]),
            ("Sunscreen under make-up without pilling", &["sunscreen", "makeup"]),
            ("Get ready with me: a wedding", &["grwm", "makeup"]),
            ("What I stopped buying", &["skincare", "honest"]),
        ],
        live: "Sunday masks",
    },
    Creator {
        handle: "rosa.hogar",
        followers: (18_500, 310),
        videos: &[
            ("Un balcón pequeño, antes y después", &["hogar", "balcon"]),
            ("Cinco plantas que no se mueren", &["plantas", "hogar"]),
            ("Ordenar la cocina en una tarde", &["orden", "cocina"]),
        ],
        live: "",
    },
    Creator {
        handle: "mei.cooks",
        followers: (110, 25),
        videos: &[
            ("一口锅做三道菜", &["家常菜", "一锅出"]),
            ("茶叶蛋，这样煮才入味", &["茶叶蛋", "早餐"]),
            ("小梅的冰箱里有什么", &["vlog", "厨房"]),
        ],
        live: "",
    },
    Creator {
        handle: "lena.lists",
        followers: (4_600, 75),
        videos: &[
            ("Ten things for a calmer desk", &["desk", "organise"]),
            ("My week on one page", &["planner", "lists"]),
            ("Packing one bag for four days", &["travel", "packing"]),
        ],
        live: "",
    },
    Creator {
        handle: "xiaoyu.tea",
        followers: (950, 120),
        videos: &[
            ("跟小鱼认识六大茶类", &["茶知识", "六大茶类"]),
            ("五十块以内的口粮茶", &["口粮茶", "茶"]),
            ("茶席上的花怎么插", &["插花", "茶席"]),
        ],
        live: "",
    },
];

/// The platform's numbers hold the second in which something was made, and then what tells it from others of that second.
fn number(at: Instant, maker: usize, kind: u64) -> String {
    let second = u64::try_from(at.0 / 1000).unwrap_or_default();
    ((second << 32) | (kind << 24) | (maker as u64).wrapping_mul(0x9E37_79B1) & 0x00FF_FFFF).to_string()
}

impl Creator {
    /// Followers after so many weeks. Growth is uneven, as it is: every third week a video does well.
    pub fn followers_in(&self, week: i64) -> i64 {
        let (first, weekly) = self.followers;
        first + weekly * week + if week % 3 == 2 { weekly * 2 } else { 0 }
    }

    /// The videos of the week that ends at `end`, and those of the week before, which ended at `before`, with what they have
    /// come to since.
    pub fn posts(&self, maker: usize, week: i64, end: Instant, before: Option<Instant>) -> Vec<Post> {
        let newest = (0..2).map(|day| self.post(maker, week, day, end, 5));
        let older = before.into_iter().flat_map(|before| (0..2).map(move |day| self.post(maker, week - 1, day, before, 8)));
        older.chain(newest).collect()
    }

    /// A video has found most of its viewers in its first week, and all after two: `share` is in eighths.
    fn post(&self, maker: usize, week: i64, day: i64, end: Instant, share: i64) -> Post {
        let turn = usize::try_from(week * 2 + day).unwrap_or_default() + maker;
        let (title, hashtags) = self.videos[turn % self.videos.len()];
        let at = end - Span::days(6 - day * 3) + Span::minutes(37 * (turn % 9) as i64);
        let best = self.followers_in(week) * (12 + turn as i64 % 7 * 3) / 10;
        let plays = best * share / 8 * if week % 3 == 2 && day == 1 { 3 } else { 1 };
        Post {
            id: number(at, maker, 1),
            at,
            title: title.to_owned(),
            hashtags: hashtags.iter().map(|tag| (*tag).to_owned()).collect(),
            song: format!("original sound - {}", self.handle),
            seconds: 18 + (turn as i64 % 5) * 11,
            plays,
            likes: plays / 9,
            comments: plays / 140,
            shares: plays / 210,
            visibility: Visibility::Public,
        }
    }

    /// The live of that week: every other week, in the evening.
    pub fn live(&self, maker: usize, week: i64, end: Instant) -> Option<Live> {
        let is_on = !self.live.is_empty() && week % 2 == 0;
        let at = end - Span::days(2);
        let viewers = self.followers_in(week) / 6 + 20;
        let ended_at = at + Span::minutes(55 + week);
        is_on.then(|| Live { id: number(at, maker, 2), at, ended_at, title: self.live.to_owned(), viewers, likes: viewers * 7 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_video_and_live_has_a_number_of_its_own_with_nineteen_digits() {
        let start: Instant = "2026-04-21T09:00:00Z".parse().unwrap();
        let mut numbers = HashSet::new();
        for (maker, creator) in CREATORS.iter().enumerate() {
            for week in 0..30 {
                let end = start + Span::days(7 * week);
                let new = creator.posts(maker, week, end, None).into_iter().map(|post| post.id);
                for id in new.chain(creator.live(maker, week, end).map(|live| live.id)) {
                    assert_eq!(id.len(), 19, "{id}");
                    assert!(numbers.insert(id));
                }
            }
        }
        assert!(numbers.len() > 8 * 30 * 2);
    }

    #[test]
    fn a_video_is_seen_by_more_as_time_goes_by_and_stays_the_same_video() {
        let end: Instant = "2026-11-21T09:00:00Z".parse().unwrap();
        for (maker, creator) in CREATORS.iter().enumerate() {
            let now = creator.posts(maker, 4, end, None);
            let later = creator.posts(maker, 5, end + Span::days(5), Some(end));
            assert_eq!((now.len(), later.len()), (2, 4));
            for (young, old) in now.iter().zip(&later) {
                assert_eq!((&young.id, young.at, &young.title), (&old.id, old.at, &old.title));
                assert!(young.plays < old.plays, "{young:?} {old:?}");
            }
        }
    }
}
