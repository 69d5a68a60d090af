// heroku: DYNO=web.1
// heroku: DYNO=worker.12
// heroku: DYNO=run.4711
// heroku: DYNO=worker_low.1
// target: PROCESS_TYPE=web
// target: PROCESS_TYPE=worker
// target: PROCESS_TYPE=run
// target: PROCESS_TYPE=worker_low

console.log(process.env.DYNO?.split('.')[0])
console.log(process.env.DYNO?.startsWith('worker') ? 'jobs' : 'requests')
if (process.env.DYNO && !/^run/.test(process.env.DYNO)) console.log('listens')
const [type] = (process.env.DYNO || '').split('.')
console.log(`type ${type}`)
