// Listens for OTLP over gRPC and over HTTP on ports that the system chooses and prints what comes, one JSON object a line:
// first {"grpc":port,"http":port}, then {"signal","transport","body"} for every export. Ends with its standard input.
const http = require('node:http');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');

// The package does not export its generated definitions by name.
const generated = path.join(path.dirname(require.resolve('@opentelemetry/otlp-transformer')), 'generated/root');
const { collector } = require(generated).opentelemetry.proto;
const signals = {
  traces: { request: collector.trace.v1.ExportTraceServiceRequest, response: collector.trace.v1.ExportTraceServiceResponse, service: 'trace.v1.TraceService' },
  metrics: { request: collector.metrics.v1.ExportMetricsServiceRequest, response: collector.metrics.v1.ExportMetricsServiceResponse, service: 'metrics.v1.MetricsService' },
  logs: { request: collector.logs.v1.ExportLogsServiceRequest, response: collector.logs.v1.ExportLogsServiceResponse, service: 'logs.v1.LogsService' },
};

function print(signal, transport, message) {
  const body = signals[signal].request.toObject(message, { bytes: String, longs: Number, enums: Number });
  process.stdout.write(JSON.stringify({ signal, transport, body }) + '\n');
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
for (const [signal, { request, response, service }] of Object.entries(signals)) {
  server.addService(
    { Export: {
      path: `/opentelemetry.proto.collector.${service}/Export`, requestStream: false, responseStream: false,
      requestDeserialize: bytes => request.decode(bytes), requestSerialize: message => Buffer.from(request.encode(message).finish()),
      responseSerialize: message => Buffer.from(response.encode(message).finish()), responseDeserialize: bytes => response.decode(bytes),
    } },
    { Export: (call, done) => { print(signal, 'grpc', call.request); done(null, response.create({})); } });
}

const web = http.createServer((incoming, outgoing) => {
  const chunks = [];
  incoming.on('data', chunk => chunks.push(chunk));
  incoming.on('end', () => {
    const signal = incoming.url.split('/').pop();
    if (incoming.method !== 'POST' || !signals[signal] || incoming.headers['content-type'] !== 'application/x-protobuf') {
      outgoing.writeHead(400).end();
      return;
    }
    print(signal, 'http', signals[signal].request.decode(Buffer.concat(chunks)));
    outgoing.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(Buffer.from(signals[signal].response.encode({}).finish()));
  });
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (failure, port) => {
  if (failure) throw failure;
  web.listen(0, '127.0.0.1', () => process.stdout.write(JSON.stringify({ grpc: port, http: web.address().port }) + '\n'));
});
process.stdin.resume().on('end', () => process.exit(0));
