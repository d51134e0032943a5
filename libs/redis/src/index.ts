export { connectRedis, type Redis, type RedisConfig } from './connect-redis.ts';
