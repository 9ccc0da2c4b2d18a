# A shop invites a creator, who accepts; after a day the creator leaves
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
mei is invited
Mei accepts mei
mei is linked
Mei asks to leave with mei → linking.request_unlink.too_soon
24 h pass
Mei asks to leave with mei
mei is leaving
Tea lets mei go
mei is ended

# Nobody answers in 48 hours, and the shop may ask again
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
Tea invites mei as marketing → linking.invite.already_invited
48 h pass
mei is expired
Mei accepts mei → consent.no_longer_open
Tea invites mei as marketing
mei is invited

# An account is linked to one shop at a time, and waits a day between two
shop Tea GB invited
shop Coffee GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
Coffee invites mei as marketing
Mei accepts mei from Tea
Mei accepts mei from Coffee → linking.rules.linked_elsewhere
24 h pass
Mei asks to leave with mei from Tea
Tea lets mei go
Coffee invites mei as marketing → linking.invite.already_invited, linking.rules.in_wait
24 h pass
Coffee invites mei as marketing
Mei accepts mei from Coffee
mei is linked

# A shop that opened by itself has an official account and no marketing account
shop Tea GB open
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing → linking.rules.marketing_places_taken
Tea invites mei as official
Mei accepts mei
mei is called Tea

# The official account follows its shop's name, which must stay short enough
shop Tea GB open
creator Mei GB
account mei of Mei in GB
Tea invites mei as official
Mei accepts mei
Tea is renamed Willow & Daughters
mei is called Willow & Daughters
Willow & Daughters is renamed A name that is thirty characters → linking.follow_name.name_too_long
mei is called Willow & Daughters

# The owner must be of age, the account in the shop's country, and the answer from there
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
account far of Mei in MX
Tea invites far as marketing → linking.rules.other_country
Tea invites mei as marketing
Mei accepts mei on a network in FR → linking.rules.network_elsewhere
mei is invited
Mei accepts mei on a network in GB
mei is linked

# An open violation blocks the link and, later, the leaving
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
violation on mei
Mei accepts mei → linking.rules.open_violations
violation closed on mei
Mei accepts mei
24 h pass
violation on mei
Mei asks to leave with mei → linking.rules.open_violations
violation closed on mei
Mei asks to leave with mei
Tea refuses to let mei go
mei is linked
Mei asks to leave with mei
Mei keeps mei
mei is linked

# What the shop leaves unanswered for 7 days is granted
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
Mei accepts mei
24 h pass
Mei asks to leave with mei
6 d pass
mei is leaving
1 d pass
mei is ended
Tea lets mei go → consent.no_longer_open

# A request that meets a violation at its end is refused, not left hanging
shop Tea GB invited
creator Mei GB
account mei of Mei in GB
Tea invites mei as marketing
Mei accepts mei
24 h pass
Mei asks to leave with mei
violation on mei
7 d pass
mei is linked

# A shop in probation in the United States
shop Glow US us_individual
creator Ana US
account ana of Ana in US
Glow invites ana as marketing → linking.rules.marketing_places_taken
60 d pass
Glow invites ana as marketing
Ana declines ana
ana is declined
