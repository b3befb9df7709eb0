import { apps } from './apps.mjs';

/* One app in a process of its own: it tells its port, and at each message the CPU time it has used, in microseconds. */
const server = apps[process.argv[2]]().listen(0, '127.0.0.1', () =>
  process.send({ port: server.address().port }),
);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
