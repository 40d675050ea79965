// The job of receiving, written with Botkit: verify, parse, store with a condition, answer 200.
//
// For each line of its input, a list of bodies and signatures, it prints the processor milliseconds that one of them
// took. The server's own HTTP is left out, as the gateway's is on our side. Botkit verifies the older SHA-1 signature,
// which Meta sends beside the other.

const { createRequire } = require("node:module");
const readline = require("node:readline");

// What it says while it starts is no figure.
console.log = console.error;
const load = createRequire(`${process.env.MODULES}/package.json`);
const { Botkit } = load("botkit");
const { FacebookAdapter } = load("botbuilder-adapter-facebook");
const { DynamoDBClient, PutItemCommand } = load("@aws-sdk/client-dynamodb");

const adapter = new FacebookAdapter({
  verify_token: "bench",
  access_token: "bench",
  app_secret: process.env.APP_SECRET,
});
const controller = new Botkit({ adapter, disable_webserver: true });
const dynamodb = new DynamoDBClient({ endpoint: process.env.AWS_ENDPOINT_URL, region: process.env.AWS_REGION });

controller.on("message", async (_, message) => {
  const item = { pk: `RIVAL#${message.user}`, sk: message.incoming_message.channelData.message.mid, txt: message.text };
  await dynamodb.send(
    new PutItemCommand({
      TableName: process.env.TABLE_NAME,
      Item: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }])),
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );
});

async function post(body, signature) {
  const answered = [];
  const answer = { status: (code) => answered.push(code), end: () => {} };
  const request = { headers: { "x-hub-signature": signature }, rawBody: body, body: JSON.parse(body) };
  await adapter.processActivity(request, answer, controller.handleTurn.bind(controller));
  if (answered.length !== 1 || answered[0] !== 200) throw new Error(`answered ${answered}`);
}

controller.ready(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const deliveries = JSON.parse(line);
    const started = process.cpuUsage();
    for (const [body, signature] of deliveries) await post(body, signature);
    const used = process.cpuUsage(started);
    process.stdout.write(`${(used.user + used.system) / 1000 / deliveries.length}\n`);
  }
  process.exit(0);
});
