# To pull a post into an ad takes the grant, its assignment, a role that runs ads and the post's switch: each alone is not enough
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Northlight opens Main
Northlight makes Mo analyst on Main
Northlight is granted posts and live on lin
Northlight advertises 7001 of lin in Main → centers.spark.not_assigned, centers.spark.post_switched_off
Mo advertises 7001 of lin in Main → not_found
Northlight assigns lin to Mo for live
Mo advertises 7001 of lin in Main → centers.spark.not_assigned, centers.spark.post_switched_off, centers.spark.role_too_low
Northlight assigns lin to Mo for posts and live
Lin switches on 7001 of lin
Mo advertises 7001 of lin in Main → centers.spark.role_too_low
Northlight makes Mo operator on Main
Northlight opens Before
Northlight makes Mo operator on Before
Mo advertises 7001 of lin in Main
the ad of 7001 is running

# An admin needs the same as a standard member
centre Northlight GB
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Northlight opens Main
Northlight advertises 7001 of lin in Main → not_found
Northlight is granted posts on lin
Northlight advertises 7001 of lin in Main → centers.spark.not_assigned
Northlight assigns lin to Northlight for posts
Northlight advertises 7001 of lin in Main

# G3, first case: whoever linked the account to themself and is no member of the centre keeps all that the link gives
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Lin links lin to themself for posts and live
Northlight opens Main
Northlight makes Mo operator on Main
Northlight is granted posts on lin
Northlight assigns lin to Mo for posts
Mo advertises 7001 of lin in Main
Lin unlinks themself from lin
the ad of 7001 is running

# G3, second case: whoever linked the account and is a member of the centre has what the link gives and what the centre gives
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Lin links lin to themself for posts
Lin joins Northlight as LinAtNorthlight
Northlight opens Main
Northlight makes LinAtNorthlight operator on Main
LinAtNorthlight advertises 7001 of lin in Main
Northlight is granted posts and live on lin
Northlight assigns lin to LinAtNorthlight for posts
Lin unlinks themself from lin
the ad of 7001 is running
Northlight takes lin from LinAtNorthlight
the ad of 7001 is paused because not_assigned

# When the owner takes the scope back, the ad pauses at once and both sides read why; a person resumes it, never the clock
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Northlight opens Main
Northlight makes Mo operator on Main
Northlight is granted posts and live on lin
Northlight assigns lin to Mo for posts and live
Mo advertises 7001 of lin in Main
Lin switches off 7001 of lin → centers.switch_post.in_use
Lin narrows the grant on lin to live
the ad of 7001 is paused because scope_not_granted
Lin switches off 7001 of lin
Mo resumes the ad of 7001 → centers.spark.post_switched_off, centers.spark.scope_not_granted
Northlight is granted posts and live on lin
Northlight assigns lin to Mo for posts
Lin switches on 7001 of lin
the ad of 7001 is paused because scope_not_granted
Mo resumes the ad of 7001
the ad of 7001 is running
Lin ends the grant on lin
the ad of 7001 is paused because scope_not_granted

# A code shows one post without any grant; it cannot be deleted while an ad uses it, and the ad pauses when it expires
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
post 7002 of lin
Northlight opens Main
Northlight makes Mo operator on Main
Lin makes a code for 7001 of lin for 8 days → centers.authorise_post.days_not_offered
Lin makes a code for 7001 of lin for 7 days
Mo applies the code in Main
Mo applies the code in Main → centers.apply_post_code.already_applied
Mo advertises 7002 of lin in Main → centers.spark.not_assigned, centers.spark.post_switched_off
Mo advertises 7001 of lin in Main
Lin deletes the code → centers.delete_authorisation.in_use
Lin extends the code by 30 days
36 d pass
the ad of 7001 is running
1 d pass
the ad of 7001 is paused because code_expired
Mo resumes the ad of 7001 → centers.spark.code_expired
Lin extends the code by 7 days → centers.extend_authorisation.not_in_force

# A deleted code and a private post
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Northlight opens Main
Northlight makes Mo operator on Main
Lin makes a code for 7001 of lin for 30 days
Lin deletes the code
Mo applies the code in Main → centers.apply_post_code.code_deleted
Lin makes a code for 7001 of lin for 30 days
Mo applies the code in Main
Mo advertises 7001 of lin in Main
post 7001 of lin is private
the ad of 7001 is paused because not_public
Lin deletes the code

# Accounts of governments, politicians and parties are not for ads
centre Northlight GB
member Mo of Northlight
creator Ministry GB
account ministry of Ministry in GB
post 7001 of ministry
Ministry switches on 7001 of ministry
Northlight opens Main
Northlight makes Mo operator on Main
Northlight is granted posts on ministry
Northlight assigns ministry to Mo for posts
Mo advertises 7001 of ministry in Main
ministry is marked as political
the ad of 7001 is paused because account_political
Mo resumes the ad of 7001 → centers.spark.account_political
Ministry makes a code for 7001 of ministry for 7 days → centers.spark.account_political

# A member who leaves takes nothing along: their ads pause, and another member can resume them
centre Northlight GB
member Mo of Northlight
member Ida of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Northlight opens Main
Northlight makes Mo operator on Main
Northlight makes Ida operator on Main
Northlight is granted posts on lin
Northlight assigns lin to Mo for posts
Northlight assigns lin to Ida for posts
Mo advertises 7001 of lin in Main
Mo is removed
the ad of 7001 is paused because not_a_member, no_ad_role, not_assigned
Ida resumes the ad of 7001
the ad of 7001 is running
Ida pauses the ad of 7001
the ad of 7001 is paused

# A centre withholds an account from one ad account: its ads there pause, elsewhere nothing changes, and a new grant begins with every ad account
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
Lin switches on 7001 of lin
Northlight opens Main
Northlight opens Other
Northlight makes Mo operator on Main
Northlight makes Mo operator on Other
Northlight withholds lin from Main → not_found
Northlight is granted posts on lin
Northlight assigns lin to Mo for posts
Mo advertises 7001 of lin in Main
Mo may show 7001 of lin in Main
Northlight withholds lin from Main
Northlight withholds lin from Main → centers.granting.already_withheld
the ad of 7001 is paused because withheld
Mo may show 7001 of lin in Main: withheld, not_linked_by_person, no_code
Mo may show 7001 of lin in Other
Mo resumes the ad of 7001 → centers.spark.withheld
Mo advertises 7001 of lin in Main → centers.spark.withheld
Northlight restores lin for Main
Northlight restores lin for Main → centers.granting.not_withheld
Mo may show 7001 of lin in Main
the ad of 7001 is paused because withheld
Mo resumes the ad of 7001
Northlight withholds lin from Other
Mo may show 7001 of lin in Other: withheld, not_linked_by_person, no_code
Lin ends the grant on lin
the ad of 7001 is paused because scope_not_granted
Northlight restores lin for Other → not_found
Northlight is granted posts on lin
Northlight assigns lin to Mo for posts
Mo may show 7001 of lin in Other
Mo resumes the ad of 7001

# What is withheld from a partner's ad account is forgotten when the partner shares it no longer
centre Northlight GB
centre Southlight GB
creator Lin GB
account lin of Lin in GB
Southlight opens Lent
Northlight asks Southlight to be partners
Southlight accept with Northlight
Northlight is granted posts on lin
Northlight withholds lin from Lent → not_found
Southlight shares Lent with Northlight up to operator
Northlight withholds lin from Lent
Northlight logs centers.account_withheld
Southlight stops sharing Lent with Northlight
Northlight restores lin for Lent → not_found
Southlight shares Lent with Northlight up to operator
Northlight restores lin for Lent → centers.granting.not_withheld

# The one road that is withheld is the centre's: an own link and a code for the post still lead there
centre Northlight GB
member Mo of Northlight
creator Lin GB
account lin of Lin in GB
post 7001 of lin
post 7002 of lin
Lin switches on 7001 of lin
Lin links lin to themself for posts
Lin joins Northlight as LinAtNorthlight
Northlight opens Main
Northlight makes Mo operator on Main
Northlight makes LinAtNorthlight operator on Main
Northlight is granted posts on lin
Northlight assigns lin to Mo for posts
Northlight assigns lin to LinAtNorthlight for posts
LinAtNorthlight advertises 7001 of lin in Main
Lin makes a code for 7002 of lin for 7 days
Mo applies the code in Main
Mo advertises 7002 of lin in Main
Northlight withholds lin from Main
the ad of 7001 is running
the ad of 7002 is running
Mo may show 7002 of lin in Main
LinAtNorthlight may show 7001 of lin in Main
Mo may show 7001 of lin in Main: withheld, not_linked_by_person, no_code
Lin unlinks themself from lin
the ad of 7001 is paused because withheld
