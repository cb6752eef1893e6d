// Status checks at one rate with k6 (https://k6.io): docs/load-testing.md, "Other tools".
//   k6 run -e ADDRESS=127.0.0.1:8081 -e RATE=500 -e DURATION=60s -e TERMINALS=10000 perf/load/k6.js
// The fleet is that of `loadtest fleet`. An open load: iterations that k6 could not start in time are its metric dropped_iterations, and
// a run with any of them has not asked what it was told to ask. Durations of k6 count from the call, not from the intended start.
import grpc from 'k6/net/grpc';
import exec from 'k6/execution';
import { check } from 'k6';

const address = __ENV.ADDRESS || '127.0.0.1:8081';
const terminals = Number(__ENV.TERMINALS || 10000);

const client = new grpc.Client();
client.load(['../../protos'], 'verifygateway/v1/verification_service.proto');

export const options = {
  scenarios: {
    checks: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE || 500),
      timeUnit: '1s',
      duration: __ENV.DURATION || '60s',
      preAllocatedVUs: 64,
      maxVUs: 1000,
    },
  },
  thresholds: {
    grpc_req_duration: ['p(99)<50'],
    checks: ['rate>0.999'],
    dropped_iterations: ['count==0'],
  },
};

/** The good artificial terminal of that number, as the load tests make them. */
function checkOf(terminal) {
  const digits = (length) => String(terminal).padStart(length, '0');
  return {
    acquirerId: '01020000',
    terminalSn: `0000570228P${digits(8)}`,
    terminalNo: `P${digits(7)}`,
    merchantNo: `8984404P${digits(7)}`,
    transactionKind: 'TRANSACTION_KIND_SALE',
  };
}

let isConnected = false;

export default function () {
  // One connection for each virtual user, made once.
  if (!isConnected) {
    client.connect(address, { plaintext: true, timeout: '5s' });
    isConnected = true;
  }

  const answer = client.invoke('verifygateway.v1.VerificationService/CheckStatus', checkOf(exec.scenario.iterationInTest % terminals), { timeout: '5s' });
  check(answer, {
    'is allowed': (it) => it && it.status === grpc.StatusOK && it.message.decision === 'DECISION_ALLOW',
  });
}
