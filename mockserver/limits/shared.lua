-- The limiter's store in Redis: one script, so that nothing falls between judging and debiting.
--
-- KEYS: two for each pool (a hash of what was taken, a set of open requests), then one for each budget.
-- ARGV[1]: what is asked, as JSON; see shared.py, which makes it and reads the answer. Doubles go out with 17 digits,
-- so that both sides compute with the same ones. Seconds are real seconds, rates are multiplied by the speed.

local ask = cjson.decode(ARGV[1])

local now = ask.now
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1e6
end

local function exact(number)
  return string.format('%.17g', number)
end

local function cost(bucket)
  return bucket.counts_requests and 1 or ask.tokens
end

local function spent_of(place)
  return KEYS[2 * #ask.pools + place]
end

-- What counts as taken from each bucket of a pool at an instant that is not before the last debit. A limit that is
-- another one now refilled as it did before until now, and only from now on as it does; so that has to be kept.
local function taken_from(place)
  local at = tonumber(redis.call('HGET', KEYS[2 * place - 1], 'at') or now)
  local pool = { at = math.max(now, at), taken = {}, changed = false }
  for i, bucket in ipairs(ask.pools[place].buckets) do
    local kept = redis.call('HMGET', KEYS[2 * place - 1], bucket.dimension, bucket.dimension .. '/s')
    local per_s = tonumber(kept[2] or bucket.per_s)
    pool.changed = pool.changed or per_s ~= bucket.per_s
    pool.taken[i] = math.max(0, tonumber(kept[1] or 0) - (pool.at - at) * per_s)
  end
  return pool
end

-- A pool that is full again is what a pool without a key is, so the key need not live longer.
local function keep(place, pool)
  local key, full_s = KEYS[2 * place - 1], 0
  if #pool.taken == 0 then
    return
  end
  local fields = { 'at', exact(pool.at) }
  for i, bucket in ipairs(ask.pools[place].buckets) do
    fields[#fields + 1] = bucket.dimension
    fields[#fields + 1] = exact(pool.taken[i])
    fields[#fields + 1] = bucket.dimension .. '/s'
    fields[#fields + 1] = exact(bucket.per_s)
    full_s = math.max(full_s, pool.taken[i] / bucket.per_s)
  end
  redis.call('HSET', key, unpack(fields))
  redis.call('PEXPIRE', key, math.ceil(full_s * 1000) + ask.kept_ms)
end

local function open_in(place)
  local key = KEYS[2 * place]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. exact(now))
  return redis.call('ZCARD', key)
end

local function lease(place)
  local key = KEYS[2 * place]
  redis.call('ZADD', key, exact(now + ask.lease_s), ask.lease)
  redis.call('PEXPIRE', key, math.ceil(ask.lease_s * 1000) + ask.kept_ms)
end

local function admit()
  local pools, verdict, refuses, opened = {}, 'admitted', 0, 0
  for place = 1, #ask.pools do
    pools[place] = taken_from(place)
  end
  for place, usd in ipairs(ask.budgets) do
    if tonumber(redis.call('GET', spent_of(place)) or 0) >= usd then
      verdict = 'quota'
    end
  end
  for place, pool in ipairs(ask.pools) do
    if verdict == 'admitted' and pool.concurrent then
      opened = open_in(place)
      if opened >= pool.concurrent then
        verdict, refuses = 'concurrent', place
      end
    end
  end
  for place, pool in ipairs(ask.pools) do
    for i, bucket in ipairs(pool.buckets) do
      local total = pools[place].taken[i] + cost(bucket)
      local lent = cost(bucket) <= bucket.capacity and total <= bucket.capacity + ask.loan_s * bucket.per_s
      if verdict == 'admitted' and total > bucket.capacity and not lent then
        verdict = 'short'
      end
    end
  end
  local answer = { verdict, tostring(refuses), tostring(opened) }
  for place, pool in ipairs(ask.pools) do
    local held = pools[place]
    for i, bucket in ipairs(pool.buckets) do
      answer[#answer + 1] = exact(held.taken[i])
      if verdict == 'admitted' then
        held.taken[i] = held.taken[i] + cost(bucket)
      elseif verdict == 'short' and pool.refused_debits and bucket.counts_requests then
        held.taken[i] = math.max(held.taken[i], math.min(held.taken[i] + 1, bucket.capacity))
      end
    end
    if verdict == 'admitted' or (verdict == 'short' and pool.refused_debits) or held.changed then
      keep(place, held)
    end
    if verdict == 'admitted' and pool.concurrent then
      lease(place)
    end
  end
  return answer
end

local function settle()
  for place, pool in ipairs(ask.pools) do
    local held = taken_from(place)
    for i, bucket in ipairs(pool.buckets) do
      if not bucket.counts_requests then
        held.taken[i] = math.max(0, held.taken[i] + ask.tokens)
      end
    end
    keep(place, held)
  end
end

local function release()
  for place = 1, #ask.pools do
    redis.call('ZREM', KEYS[2 * place], ask.lease)
  end
end

-- Only what is still open: a request that was released meanwhile does not come back.
local function renew()
  for place = 1, #ask.pools do
    if redis.call('ZSCORE', KEYS[2 * place], ask.lease) then
      lease(place)
    end
  end
end

local function spend()
  for place = 1, #ask.budgets do
    redis.call('INCRBYFLOAT', spent_of(place), exact(ask.usd))
  end
end

if ask.op == 'admit' then
  return admit()
end
local others = { settle = settle, release = release, renew = renew, spend = spend }
others[ask.op]()
return {}
