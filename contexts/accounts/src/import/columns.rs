//! Which column of a file is which: by the names that people give them in English and Chinese, or by what a person says.

use super::Kind;
use crate::names;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it, and `accounts.import.column_…` explains them to people")]
pub enum Column {
    Handle,
    Nickname,
    Region,
    Followers,
    Views,
    Likes,
    Engagement,
    Brand,
    Age,
    Categories,
    PostId,
    PublishedAt,
    Title,
    Hashtags,
    Song,
    Seconds,
    Plays,
    PostLikes,
    Comments,
    Shares,
    TotalLikes,
    TotalPosts,
}

use Column::{
    Age, Brand, Categories, Comments, Engagement, Followers, Handle, Hashtags, Likes, Nickname, Plays, PostId, PostLikes, PublishedAt,
    Region, Seconds, Shares, Song, Title, TotalLikes, TotalPosts, Views,
};

/// The columns of a file of accounts, in the template's order.
const ACCOUNTS: &[Column] = &[Handle, Nickname, Region, Followers, Likes, Views, Engagement, Brand, Age, Categories];
/// The columns of a file of posts, in the template's order.
const POSTS: &[Column] =
    &[PostId, PublishedAt, Handle, Title, Hashtags, Song, Seconds, Plays, PostLikes, Comments, Shares, Followers, TotalLikes, TotalPosts];

impl Column {
    /// The columns of a kind of file, in the template's order.
    pub const fn of(kind: Kind) -> &'static [Column] {
        match kind {
            Kind::Accounts => ACCOUNTS,
            Kind::Posts => POSTS,
        }
    }

    /// The stable code: what `--map` and the API call it.
    pub const fn code(self) -> &'static str {
        match self {
            Handle => "handle",
            Nickname => "nickname",
            Region => "region",
            Followers => "followers",
            Views => "views",
            Likes => "likes",
            Engagement => "engagement",
            Brand => "brand",
            Age => "age",
            Categories => "categories",
            PostId => "post_id",
            PublishedAt => "published_at",
            Title => "title",
            Hashtags => "hashtags",
            Song => "song",
            Seconds => "seconds",
            Plays => "plays",
            PostLikes => "post_likes",
            Comments => "comments",
            Shares => "shares",
            TotalLikes => "total_likes",
            TotalPosts => "total_posts",
        }
    }

    /// The column with this code.
    pub fn from_code(kind: Kind, code: &str) -> Option<Column> {
        Column::of(kind).iter().copied().find(|column| column.code() == code.trim())
    }

    /// Whether a file of this kind is of no use without it.
    pub fn is_needed(self, kind: Kind) -> bool {
        match kind {
            Kind::Accounts => self == Handle,
            Kind::Posts => matches!(self, Handle | PostId | PublishedAt),
        }
    }

    /// What a template shows as an example.
    pub const fn example(self) -> &'static str {
        match self {
            Handle => "luna.kitchen",
            Nickname => "Luna",
            Region => "GB",
            Followers => "78.9k",
            Views | Plays => "12,800",
            Likes | PostLikes => "1984",
            Engagement => "16.60%",
            Brand => "0",
            Age => "",
            Categories => "Cooking, Travel",
            PostId => "7300000000000000001",
            PublishedAt => "2026-11-21 10:00:00",
            Title => "Soup in ten minutes",
            Hashtags => "soup, dinner",
            Song => "original sound",
            Seconds => "15",
            Comments => "18",
            Shares => "3",
            TotalLikes => "4.7m",
            TotalPosts => "211",
        }
    }

    /// Other names, already normal and without anything but letters and digits.
    const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Handle => &[
                "username",
                "user",
                "account",
                "accountname",
                "tiktokid",
                "uniqueid",
                "creator",
                "账号",
                "账号名",
                "用户名",
                "达人",
                "达人账号",
                "达人id",
                "抖音号",
                "tiktok账号",
                "tiktok帐号",
                "帐号",
                "帳號",
                "達人",
                "達人帳號",
                "使用者名稱",
                "用戶名",
                "profile",
                "profilelink",
                "profileurl",
                "主页链接",
            ],
            Nickname => &["name", "displayname", "nickname", "昵称", "达人昵称", "名称", "姓名", "暱稱", "達人暱稱"],
            Region => &[
                "country",
                "countryregion",
                "region",
                "market",
                "国家",
                "地区",
                "国家地区",
                "国家或地区",
                "站点",
                "市场",
                "注册地",
                "國家",
                "地區",
                "國家地區",
            ],
            Followers => &[
                "nfollowers",
                "followercount",
                "followerscount",
                "fans",
                "fanscount",
                "subscribers",
                "粉丝",
                "粉丝数",
                "粉丝量",
                "粉丝总数",
                "粉絲",
                "粉絲數",
            ],
            Views => &[
                "viewsperpost",
                "meanviews",
                "averageviews",
                "avgviews",
                "viewsavg",
                "viewspervideo",
                "平均播放",
                "平均播放量",
                "均播",
                "播放量",
                "播放数",
                "观看量",
            ],
            Likes => &["meanlikes", "averagelikes", "avglikes", "likesavg", "likecount", "点赞", "点赞数", "获赞", "获赞数", "平均点赞"],
            Engagement => &["engagementrate", "er", "interactionrate", "互动率", "互动"],
            Brand => &["brandaccount", "isbrand", "business", "品牌", "品牌账号", "品牌号", "是否品牌"],
            Age => &["年龄", "ageyears"],
            Categories => &["genre", "genres", "category", "niche", "topics", "类目", "领域", "内容领域", "内容类型", "标签", "分类"],
            PostId => &["id", "videoid", "postid", "awemeid", "itemid", "作品id", "视频id", "作品编号", "视频编号"],
            PublishedAt => &[
                "createtime",
                "createdat",
                "publishedat",
                "posttime",
                "date",
                "time",
                "posteddate",
                "发布时间",
                "发布日期",
                "發佈時間",
                "發布時間",
                "时间",
                "创建时间",
            ],
            Title => &["caption", "desc", "description", "text", "videodescription", "标题", "作品标题", "文案", "描述", "视频标题"],
            Hashtags => &["tags", "hashtag", "话题", "话题标签"],
            Song => &["sound", "music", "sound", "musictitle", "音乐", "声音", "背景音乐", "原声"],
            Seconds => &["videolength", "duration", "length", "lengthinseconds", "时长", "视频时长", "时长秒"],
            Plays => &["nplays", "views", "playcount", "viewcount", "播放", "播放量", "播放数", "观看"],
            PostLikes => &["nlikes", "likes", "diggcount", "likecount", "点赞", "点赞数", "点赞量"],
            Comments => &["ncomments", "commentcount", "评论", "评论数", "评论量"],
            Shares => &["nshares", "sharecount", "分享", "分享数", "转发", "转发数"],
            TotalLikes => &["ntotallikes", "accountlikes", "heartcount", "totallikes", "获赞总数", "总获赞", "账号获赞"],
            TotalPosts => {
                &["ntotalvids", "videocount", "totalposts", "totalvideos", "accountposts", "作品总数", "作品数", "视频数", "视频总数"]
            }
        }
    }
}

fn plain(name: &str) -> String {
    names::normal(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What the last column of an error file is called, in both languages. Such a file comes back corrected.
const PROBLEMS: [&str; 2] = ["Problem", "问题"];

/// Whether a column is one that this house has added itself.
pub fn is_our_own(name: &str) -> bool {
    PROBLEMS.contains(&name.trim())
}

/// Whether one of the columns goes by this name.
pub fn names(header: &[String], theirs: &str) -> bool {
    header.iter().any(|name| name == theirs || plain(name) == plain(theirs))
}

/// What each column of the file is: what the person said of it, else what its name says. No meaning is given twice.
pub fn mapping(kind: Kind, header: &[String], said: &[(String, String)]) -> Vec<Option<Column>> {
    let mut mapping: Vec<Option<Column>> = vec![None; header.len()];
    let mut settled = vec![false; header.len()];
    let mut taken: Vec<Column> = Vec::new();
    for (theirs, ours) in said {
        // Of columns with the same name each is said in its turn.
        let find = |same: &dyn Fn(&String) -> bool| (0..header.len()).find(|at| !settled[*at] && same(&header[*at]));
        let at = find(&|name| name == theirs).or_else(|| find(&|name| plain(name) == plain(theirs)));
        let Some(at) = at else { continue };
        settled[at] = true;
        if let Some(column) = Column::from_code(kind, ours).filter(|column| !taken.contains(column)) {
            mapping[at] = Some(column);
            taken.push(column);
        }
    }
    // Codes before other names, so that a file that says `likes` beside `digg count` is understood as it says.
    for by_code in [true, false] {
        for (at, name) in header.iter().enumerate().filter(|(at, _)| !settled[*at]) {
            let name = plain(name);
            let means = |column: &&Column| if by_code { plain(column.code()) == name } else { column.synonyms().contains(&name.as_str()) };
            if mapping[at].is_none()
                && let Some(column) = Column::of(kind).iter().filter(|column| !taken.contains(column)).find(means)
            {
                mapping[at] = Some(*column);
                taken.push(*column);
            }
        }
    }
    mapping
}

/// The columns that are needed and that no column of the file is.
pub fn missing(kind: Kind, mapping: &[Option<Column>]) -> Vec<Column> {
    Column::of(kind).iter().copied().filter(|column| column.is_needed(kind) && !mapping.contains(&Some(*column))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_names_people_use_are_understood() {
        let names = header("Rank,Username,Country,Followers,Views,Likes,Engagement,Brand Account,Age,Genre");
        let expected = [
            None,
            Some(Handle),
            Some(Region),
            Some(Followers),
            Some(Views),
            Some(Likes),
            Some(Engagement),
            Some(Brand),
            Some(Age),
            Some(Categories),
        ];
        assert_eq!(mapping(Kind::Accounts, &names, &[]), expected);
        let names = header(
            "id,create_time,user_name,hashtags,song,video_length,n_likes,n_shares,n_comments,n_plays,n_followers,n_total_likes,n_total_vids",
        );
        let mapped = mapping(Kind::Posts, &names, &[]);
        assert!(mapped.iter().all(Option::is_some), "{mapped:?}");
        assert_eq!(
            mapping(Kind::Accounts, &header("达人昵称,账号名,国家/地区,粉丝数（人）"), &[])[..3],
            [Some(Nickname), Some(Handle), Some(Region)]
        );
    }

    #[test]
    fn the_templates_own_labels_are_understood_in_both_languages() {
        let words = web::Words::parse([("accounts.import", include_str!("words.toml"))]).unwrap();
        for (kind, lang) in [Kind::Accounts, Kind::Posts].into_iter().flat_map(|kind| web::Lang::ALL.map(|lang| (kind, lang))) {
            let reader = web::words::Reader::new(lang, "UTC");
            let label = |column: &Column| words.say(&reader, &format!("accounts.import.column_{}", column.code()), &serde_json::Map::new());
            let header: Vec<String> = Column::of(kind).iter().map(label).collect();
            let expected: Vec<Option<Column>> = Column::of(kind).iter().copied().map(Some).collect();
            assert_eq!(mapping(kind, &header, &[]), expected, "{header:?}");
            assert!(is_our_own(&words.say(&reader, "accounts.import.column_problem", &serde_json::Map::new())));
        }
    }

    #[test]
    fn what_a_person_says_counts_more_than_a_name() {
        let said = [("Fame".to_owned(), "followers".to_owned()), ("Followers".to_owned(), String::new())];
        let mapped = mapping(Kind::Accounts, &header("Fame,Followers,handle"), &said);
        assert_eq!(mapped, [Some(Followers), None, Some(Handle)]);
        assert!(missing(Kind::Accounts, &mapped).is_empty());
        assert_eq!(missing(Kind::Posts, &[Some(Handle)]), [PostId, PublishedAt]);
    }

    #[test]
    fn of_columns_with_one_name_each_is_said_in_its_turn() {
        let said = [("n".to_owned(), String::new()), ("n".to_owned(), "followers".to_owned())];
        assert_eq!(mapping(Kind::Accounts, &header("n,n,handle"), &said), [None, Some(Followers), Some(Handle)]);
        let names = header("帳號,國家,粉絲數,暱稱");
        assert_eq!(mapping(Kind::Accounts, &names, &[]), [Some(Handle), Some(Region), Some(Followers), Some(Nickname)]);
    }

    #[test]
    fn no_meaning_is_given_twice() {
        let mapped = mapping(Kind::Posts, &header("id,video id,likes,post_likes"), &[]);
        assert_eq!(mapped, [Some(PostId), None, None, Some(PostLikes)]);
    }
}
