const express = require('express');
const { configureApp, ViewRouter } = require('express-viewsets');
const { app: legacy } = require('./legacy-app');
const { UserViewSet } = require('./users-view');

// Route by route: what the new router takes is answered by it, all else goes on to the old app, body unread.
const router = ViewRouter({ prefix: '/users' });
router.register(UserViewSet);

const app = express();
app.use(router);
app.use('/v2', router);
app.use(legacy);
configureApp(app, { info: { title: 'Users', version: '2.0.0' } });

module.exports = { app };

if (require.main === module) {
  const { createServer } = require('express-viewsets/server');
  const port = Number(process.env.PORT ?? 3000);
  createServer(app).listen(port, () => {
    console.log(`http://localhost:${port}/users and /v2/users, the old app behind them`);
  });
}
