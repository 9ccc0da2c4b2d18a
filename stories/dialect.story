# An agency works by TikTok's SDK alone; the owner grants on the phone and reads in the console who used the account
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
SDK: Northlight opens Main
SDK: Northlight asks for posts,live
Lin scans Northlight
Lin grants lin for posts
SDK: Northlight gives Mo lin for live → centers.granting.beyond_grant
SDK: Northlight makes Mo operator on Main
SDK: Mo looks at the posts of lin in Main → not_found
SDK: Northlight gives Mo lin for posts
Mo is operator on Main
Mo may use lin for posts
SDK: Mo looks at the posts of lin in Main
Lin reads that Mo used lin for Northlight
SDK: Mo advertises 7001 of lin in Main
the ad of 7001 is running
Lin ends Northlight on lin
the ad of 7001 is paused because scope_not_granted
SDK: Mo looks at the posts of lin in Main → not_found
SDK: Mo advertises 7001 of lin in Main → not_found

# Whoever is invited with an ad account finds it when they join, and not before
centre Northlight GB
SDK: Northlight opens Main
SDK: Northlight invites Ada as operator on Main
Northlight logs centers.ad_role_promised
Ada accepts the invitation of Northlight
Ada is operator on Main
Ada finds Main

# A standard member does by the SDK what they may do in the console, and no more
centre Northlight GB
member Mo of Northlight
member Jun of Northlight
SDK: Northlight opens Main
SDK: Northlight makes Mo admin on Main
SDK: Mo makes Jun analyst on Main
Jun is analyst on Main
SDK: Jun makes Mo analyst on Main → centers.assets.not_ad_account_admin
