# heroku: HEROKU_APP_ID=a1 DYNO=web.1
# target: DEPLOYED=1
# fix: unsafe

def deployed?
  ENV.key?("DYNO")
end

puts "id" if ENV["HEROKU_APP_ID"]
puts "deployed" if deployed?
puts "here" unless ENV["DYNO"].nil?
puts "there" if !ENV.include?("DYNO") && ENV.has_key?("PATH")
p !ENV.key?("DYNO")
