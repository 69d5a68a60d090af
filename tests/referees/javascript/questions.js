// heroku: DYNO=web.1 HEROKU_APP_NAME=shop HEROKU_PR_NUMBER=12 ON_HEROKU=true
// heroku: DYNO=web.1 HEROKU_APP_NAME=shop ON_HEROKU=false
// heroku: DYNO=web.1
// target: DEPLOYED=true APP_NAME=shop PREVIEW=1
// fix: unsafe

if (process.env.DYNO) {
  console.log(`deployed as ${process.env.HEROKU_APP_NAME}`)
}
if (!process.env.DYNO) console.log('local')
if (typeof process.env.HEROKU_PR_NUMBER !== 'undefined') console.log('preview')
console.log(process.env.ON_HEROKU === 'true' ? 'flag' : 'no flag')
