-- One INVITE a request for wrk: B-numbers at random, a new Call-ID each time. The key comes from the environment.
local n = 0
local head = {["Content-Type"]="application/json", ["X-API-KEY"]=os.getenv("RINGFENCE_ADMIN_KEY")}
request = function()
  n = n + 1
  local body = string.format('{"event_type":"INVITE","timestamp":%d.%06d,"a_number":"+1202555%04d","b_number":"+1212%07d","call_id":"c-%d-%d@198.51.100.7","trunk":"carrier-7","source_ip":"192.0.2.7"}', 1704672000 + math.floor(n/1000), (n%1000)*1000, n % 9973, (n*7919) % 9999991, n, math.random(1e9))
  return wrk.format("POST", "/event", head, body)
end
