const { Type } = require('@sinclair/typebox');
const { CreateMixin, compose, get, ListMixin, Resource, RetrieveMixin } = require('express-viewsets');
const { users } = require('./legacy-app');

const User = Type.Object({ id: Type.Integer(), name: Type.String({ minLength: 1 }) }, { $id: 'User' });
const NewUser = Type.Object(
  { name: Type.String({ minLength: 1 }), password: Type.String({ minLength: 8 }) },
  { $id: 'NewUser' },
);

/** Plain JavaScript does everything: what a decorator would say stands in `static actions`. */
class UserViewSet extends compose(
  Resource({ name: 'User', schema: User, create: NewUser }),
  RetrieveMixin,
  CreateMixin,
  ListMixin,
) {
  static actions = {
    count: get('/count', { response: Type.Integer(), summary: 'How many users there are' }),
  };

  list() {
    return users.values();
  }

  create(data) {
    const user = { id: users.size + 1, ...data };
    users.set(user.id, user);
    return user;
  }

  async retrieve({ id }) {
    return users.get(id);
  }

  count() {
    return users.size;
  }
}

module.exports = { UserViewSet };
