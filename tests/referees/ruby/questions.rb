# heroku: DYNO=web.1 HEROKU_APP_NAME=shop HEROKU_PR_NUMBER=12 ON_HEROKU=true
# heroku: DYNO=web.1 HEROKU_APP_NAME=shop ON_HEROKU=false
# heroku: DYNO=web.1
# target: DEPLOYED=true APP_NAME=shop PREVIEW=1
# fix: unsafe

if ENV["DYNO"]
  puts "deployed as #{ENV["HEROKU_APP_NAME"]}"
end
puts "local" unless ENV.key?("DYNO")
puts "preview" if !ENV["HEROKU_PR_NUMBER"].nil?
puts ENV["ON_HEROKU"] == "true" ? "flag" : "no flag"
