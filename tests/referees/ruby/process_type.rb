# heroku: DYNO=web.1
# heroku: DYNO=worker.12
# heroku: DYNO=run.4711
# heroku: DYNO=worker_low.1
# target: PROCESS_TYPE=web
# target: PROCESS_TYPE=worker
# target: PROCESS_TYPE=run
# target: PROCESS_TYPE=worker_low

puts ENV.fetch("DYNO", "").split(".").first
puts ENV["DYNO"].to_s[/\A[a-z]+/]
puts ENV["DYNO"]&.start_with?("worker") ? "jobs" : "requests"
puts "listens" if ENV["DYNO"] && !(ENV["DYNO"] =~ /\Arun/)
type, = ENV["DYNO"].to_s.split(".")
puts "type #{type}"
case ENV["DYNO"]
when /\Aweb/ then puts "web"
when /\Aworker/ then puts "worker"
else puts "other"
end
