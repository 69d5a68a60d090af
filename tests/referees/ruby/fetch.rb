# heroku: HEROKU_SLUG_COMMIT=abc1234def HEROKU_RELEASE_VERSION=v7
# heroku: HEROKU_SLUG_COMMIT=abc1234def
# target: GIT_SHA=abc1234def APP_VERSION=v7
# target: GIT_SHA=abc1234def

def tried
  p yield
rescue KeyError => error
  puts error.class
end

tried { ENV.fetch("HEROKU_SLUG_COMMIT") }
tried { ENV.fetch "HEROKU_SLUG_COMMIT" }
tried { ENV.fetch("HEROKU_RELEASE_VERSION") }
tried { ENV.fetch("HEROKU_SLUG_COMMIT").slice(0, 7) }
tried { ENV.fetch("HEROKU_RELEASE_VERSION", "none") }
tried { ENV.fetch("HEROKU_RELEASE_VERSION", nil) }
tried { ENV.fetch("HEROKU_RELEASE_VERSION") { "none" } }
tried { ENV.fetch("HEROKU_RELEASE_VERSION") { |name| name.length } }
tried { [ENV.fetch("HEROKU_RELEASE_VERSION", "none"), 1] }

version = ENV.fetch("HEROKU_RELEASE_VERSION") do |name|
  "no #{name}"
end
puts version, ENV.fetch("HEROKU_SLUG_COMMIT", "none"), 1
commit = ENV.fetch(
  "HEROKU_SLUG_COMMIT",
  "none"
).upcase
puts commit
p(%w[a b].map { ENV.fetch("HEROKU_RELEASE_VERSION", _1) })
puts ENV.fetch("HEROKU_SLUG_COMMIT") { |name|
  name.downcase
}
