/** What the timers of Node take, in milliseconds: with a longer time they are over at once. */
export const LONGEST_TIME = 2 ** 31 - 1;
