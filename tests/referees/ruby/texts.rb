# heroku: HEROKU_SLUG_COMMIT=abc1234def HEROKU_RELEASE_VERSION=v7
# target: GIT_SHA=abc1234def APP_VERSION=v7

puts "plain #{ENV["HEROKU_SLUG_COMMIT"]} end"
puts "method #{ENV['HEROKU_SLUG_COMMIT'].to_s[0, 7]} end"
puts "nested #{"inner #{ENV["HEROKU_RELEASE_VERSION"]}"} end"
puts %(brackets (#{ENV["HEROKU_SLUG_COMMIT"]}))
p %W[list #{ENV["HEROKU_SLUG_COMMIT"]} end]
p :"symbol-#{ENV["HEROKU_RELEASE_VERSION"]}"
p(/pattern-#{ENV["HEROKU_RELEASE_VERSION"]}/.match?("pattern-v7"))
puts <<~TEXT
  heredoc #{ENV["HEROKU_SLUG_COMMIT"]}
  method #{ENV["HEROKU_RELEASE_VERSION"]&.delete("v")}
TEXT
puts <<~'TEXT'
  raw #{ENV["HEROKU_SLUG_COMMIT"]}
TEXT
puts 'raw #{ENV["HEROKU_SLUG_COMMIT"]}'
print "a", ENV["HEROKU_RELEASE_VERSION"], "\n"
