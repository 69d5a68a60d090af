# heroku: HEROKU_SLUG_COMMIT=abc1234def
# heroku: HEROKU_SLUG_COMMIT=
# target: GIT_SHA=abc1234def
# target: GIT_SHA=

fallback = "fallback"
no = nil

p ["safe", ENV["HEROKU_SLUG_COMMIT"]&.slice(0, 7)&.upcase]
p ["or and", (no || ENV["HEROKU_SLUG_COMMIT"] && fallback)]
p ["and", (fallback && ENV["HEROKU_SLUG_COMMIT"])]
p ["or", ENV["HEROKU_SLUG_COMMIT"] || fallback]
p ["or behind", no || ENV["HEROKU_SLUG_COMMIT"]]
p ["to_s", ENV["HEROKU_SLUG_COMMIT"].to_s[0, 3]]
p ["add", "v" + ENV["HEROKU_SLUG_COMMIT"].to_s]
p ["format", "%s!" % ENV["HEROKU_SLUG_COMMIT"]]
p ["match", ENV["HEROKU_SLUG_COMMIT"] =~ /c1/]
p ["equal", ENV["HEROKU_SLUG_COMMIT"] == "abc1234def"]
p ["not equal", "abc1234def" != ENV["HEROKU_SLUG_COMMIT"]]
p ["splat", [*ENV["HEROKU_SLUG_COMMIT"], 1]]
p ["key", { ENV["HEROKU_SLUG_COMMIT"] => 1 }]
p ["value", { commit: ENV["HEROKU_SLUG_COMMIT"], other: 1 }]
p ["index", { "abc1234def" => 1 }[ENV["HEROKU_SLUG_COMMIT"]]]
p ["branch", true ? ENV["HEROKU_SLUG_COMMIT"] : fallback]
p ["rescue", (ENV["HEROKU_SLUG_COMMIT"] rescue fallback)]
p ["not", (not ENV["HEROKU_SLUG_COMMIT"].to_s.empty?)]
p ["double", ENV["HEROKU_SLUG_COMMIT"]&.then { |commit| commit + ENV["HEROKU_SLUG_COMMIT"] }]
x = ENV["HEROKU_SLUG_COMMIT"] and y = x
p ["low", x, y]
z = no or z = ENV["HEROKU_SLUG_COMMIT"]
p ["low or", z]
w ||= ENV["HEROKU_SLUG_COMMIT"]
p ["or assigned", w]
a, b = ENV["HEROKU_SLUG_COMMIT"], 1
p ["several", a, b]
