# heroku: HEROKU_SLUG_COMMIT=abc1234def HEROKU_APP_NAME=shop
# target: GIT_SHA=abc1234def APP_NAME=shop

def show(*values, **options)
  p [values, options, block_given? && yield]
end

def by_default(commit = ENV["HEROKU_SLUG_COMMIT"], app: ENV["HEROKU_APP_NAME"])
  show commit, app: app
end

def short = ENV["HEROKU_SLUG_COMMIT"]

def early(skip)
  return ENV["HEROKU_SLUG_COMMIT"] if skip

  yield ENV["HEROKU_APP_NAME"]
end

by_default
by_default "given", app: "given"
show short
show early(true)
show early(false) { |app| [app] }

show ENV["HEROKU_SLUG_COMMIT"]
show ENV["HEROKU_SLUG_COMMIT"], 1
show ENV["HEROKU_SLUG_COMMIT"].to_s, 1
show 1, ENV["HEROKU_SLUG_COMMIT"].to_s
show(ENV["HEROKU_SLUG_COMMIT"].to_s)
show ENV["HEROKU_SLUG_COMMIT"], commit: ENV['HEROKU_SLUG_COMMIT'], app: ENV["HEROKU_APP_NAME"]
show ENV["HEROKU_SLUG_COMMIT"] do
  ENV["HEROKU_APP_NAME"]
end
show ENV["HEROKU_SLUG_COMMIT"] || "none"

from_lambda = ->(commit = ENV["HEROKU_SLUG_COMMIT"]) { [commit] }
show from_lambda.call
show([1].map { |one, commit = ENV["HEROKU_SLUG_COMMIT"]| [one, commit] })
show(lambda { ENV["HEROKU_SLUG_COMMIT"] }.call)

def each_part
  %w[a b].each { |part| yield part, ENV["HEROKU_SLUG_COMMIT"] }
end
each_part { |part, commit| show part, commit }
