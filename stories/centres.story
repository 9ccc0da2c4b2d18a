# A standard member sees what is assigned to them and nothing else
centre North GB
member Jun of North
member Lara of North
North opens Spring
North opens Autumn
North is admin on Spring
Jun finds no Spring
North makes Jun operator on Spring
North makes Jun operator on Spring → centers.assets.same_role
Jun is operator on Spring
Jun finds Spring
Jun finds no Autumn
Lara finds no Spring
Jun makes Lara analyst on Spring → centers.assets.not_ad_account_admin
North makes Jun admin on Spring
Jun makes Lara analyst on Spring
Lara is analyst on Spring
Lara makes Lara admin on Spring → centers.assets.not_ad_account_admin
Lara takes Jun off Spring → centers.assets.not_ad_account_admin
Lara takes Lara off Spring
Lara finds no Spring

# Whoever leaves the team leaves every ad account and group with it
centre North GB
member Jun of North
North opens Spring
North opens Autumn
North makes Jun operator on Spring
North groups Autumn as Team
North puts Jun into Team as analyst
Jun is analyst on Autumn
Jun is removed
Jun is nothing on Spring
Jun is nothing on Autumn
North logs centers.member_ungrouped

# A group gives its role on each of its ad accounts, besides what was given, and the higher counts
centre North GB
member Jun of North
North opens Spring
North groups Spring as Team
North groups Spring as Team → centers.assets.group_name_taken
North puts Jun into Team as operator
Jun is operator on Spring
North makes Jun analyst on Spring
Jun is operator on Spring
North takes Jun out of Team
Jun is analyst on Spring
North takes Jun out of Team → centers.assets.nothing_changes
North puts Jun into Team as admin
Jun is admin on Spring
North removes group Team
Jun is analyst on Spring
North logs centers.asset_group_removed

# Partners share ad accounts up to a role; a share is not passed on
centre North GB
centre South GB
centre West GB
member Sue of South
North opens Spring
North shares Spring with South up to operator → centers.assets.not_partners
North asks North to be partners → centers.assets.partner_is_self
North asks South to be partners
North asks South to be partners → centers.assets.already_asked
South asks North to be partners → centers.assets.already_asked
South accept with North
South accept with North → consent.no_longer_open
South asks North to be partners → centers.assets.already_partners
South finds no Spring
North shares Spring with South up to operator
North shares Spring with South up to operator → centers.assets.shared_already
South finds Spring
South makes Sue admin on Spring → centers.assets.beyond_share
South makes Sue operator on Spring
Sue is operator on Spring
South asks West to be partners
West accept with South
West finds no Spring
North shares Spring with South up to analyst
Sue is analyst on Spring
North shares Spring with South up to admin
Sue is analyst on Spring
North stops sharing Spring with South
Sue is nothing on Spring
South finds no Spring
North logs centers.ad_account_unshared

# The end of a partnership takes back everything that rests on it, in both directions
centre North GB
centre South GB
member Nia of North
member Sue of South
North asks South to be partners
South accept with North
North opens Spring
South opens Summer
North shares Spring with South up to admin
South shares Summer with North up to operator
South makes Sue admin on Spring
South groups Spring as Theirs
South puts South into Theirs as operator
North makes Nia operator on Summer
South is operator on Spring
North end with South
Sue is nothing on Spring
South is nothing on Spring
Nia is nothing on Summer
South is admin on Summer
South finds no Spring
North finds no Summer
North end with South → consent.not_in_force
South logs centers.partnership_ended

# Nobody answers a partner in 14 days, and either may ask again
centre North GB
centre South GB
North asks South to be partners
14 d pass
South accept with North → consent.no_longer_open
South logs centers.partnership_expired
South asks North to be partners
South withdraw with North
North accept with South → consent.no_longer_open
North asks South to be partners
South decline with North

# With an ad account everything on it ends
centre North GB
centre South GB
member Jun of North
North asks South to be partners
South accept with North
North opens Spring
North makes Jun operator on Spring
North shares Spring with South up to admin
South makes South admin on Spring
North closes Spring
Jun is nothing on Spring
South is nothing on Spring
North finds no Spring
South finds no Spring
Jun finds no Spring

# A centre that the platform stopped takes nothing new on, and gives back what it has
centre North GB
member Jun of North
North opens Spring
North makes Jun operator on Spring
North is suspended
North opens Autumn → centers.assets.centre_not_normal
North makes Jun admin on Spring → centers.assets.centre_not_normal
North takes Jun off Spring
Jun is nothing on Spring
