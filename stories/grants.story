# A centre asks with a code, the owner scans it and grants a part, the centre hands it on, and the owner ends it
centre Northlight GB
member Jun of Northlight
creator Mei GB
account mei of Mei in GB
Northlight asks for posts,live
Mei scans Northlight
Mei grants mei for messages → centers.granting.beyond_request
Mei grants mei for posts
Jun may use mei for nothing
Northlight gives Jun mei for live → centers.granting.beyond_grant
Northlight gives Jun mei for posts
Jun may use mei for posts
Mei ends Northlight on mei
Jun may use mei for nothing

# G3, first case: the person who linked the account themself is no member of the centre, and keeps all that the link gives
centre Northlight GB
member Jun of Northlight
creator Mei GB
account mei of Mei in GB
Mei links mei for posts,live
Northlight asks for posts
Mei scans Northlight
Mei grants mei for posts
Northlight gives Jun mei for posts
Jun may use mei for posts
Mei may use mei for posts,live
Northlight gives mei back
Jun may use mei for nothing
Mei may use mei for posts,live

# G3, second case: the person who linked the account themself is a member with access through the centre, and both add up
centre Northlight GB
creator Mei GB
account mei of Mei in GB
Mei links mei for live
Mei joins Northlight
Northlight asks for posts
Mei scans Northlight
Mei grants mei for posts
Mei may use mei for live
Northlight gives Mei mei for posts
Mei may use mei for posts,live
Mei ends Northlight on mei
Mei may use mei for live

# A code works once, for whoever scans it first, and for ten minutes
centre Northlight GB
creator Mei GB
creator Ben GB
account mei of Mei in GB
Northlight asks for posts
Mei scans Northlight
Ben scans Northlight → centers.granting.taken_by_another
Mei grants mei for posts
Mei scans Northlight → centers.granting.replayed
Northlight asks for live
599999 ms pass
Mei scans Northlight
1 ms pass
Mei grants mei for live → centers.granting.expired
Northlight asks for live
Northlight takes its code back
Mei scans Northlight → centers.granting.withdrawn
Northlight asks for live
Mei scans Northlight
Mei refuses the code
Mei grants mei for live → centers.granting.refused

# More takes a new consent, less takes effect at once, also for members
centre Northlight GB
member Jun of Northlight
creator Mei GB
account mei of Mei in GB
Northlight asks for posts
Mei scans Northlight
Mei grants mei for posts
Northlight asks for live
Mei scans Northlight
Mei grants mei for live
Northlight gives Jun mei for posts,live
Mei leaves Northlight only live on mei
Jun may use mei for live
Mei leaves Northlight only posts on mei → centers.granting.not_less

# Whoever leaves a centre keeps nothing of it
centre Northlight GB
member Jun of Northlight
creator Mei GB
account mei of Mei in GB
Northlight asks for posts
Mei scans Northlight
Mei grants mei for posts
Northlight gives Jun mei for posts
Jun leaves Northlight
Jun may use mei for nothing
Northlight gives Jun mei for posts → centers.granting.not_a_member
