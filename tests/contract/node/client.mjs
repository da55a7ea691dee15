// Drives a chat-completions server with the official client for Node, and says what came of it as JSON.
// node client.mjs BASE_URL
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "sk-node-0123456789" });
const model = "gpt-4o-mini";
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Current weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];

const messages = [{ role: "user", content: "Why is the sky blue?" }];
const whole = await client.chat.completions.create({ model, messages });
let streamed = "";
let usage = null;
const stream = await client.chat.completions.create({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}

const asked = [{ role: "user", content: "What's the weather in Paris and Rome?" }];
const called = await client.chat.completions.stream({ model, messages: asked, tools }).finalChatCompletion();
const calls = called.choices[0].message.tool_calls;
const results = calls.map((call) => ({ role: "tool", tool_call_id: call.id, content: "sunny" }));
const answered = await client.chat.completions.create({
  model,
  messages: [...asked, called.choices[0].message, ...results],
  tools,
});

let refused = null;
try {
  await client.chat.completions.create({ model, messages, n: 0 });
} catch (error) {
  refused = { name: error.constructor.name, status: error.status, code: error.code, id: error.requestID };
}

console.log(
  JSON.stringify({
    whole: whole.choices[0].message.content,
    streamed,
    same_usage: JSON.stringify(usage) === JSON.stringify(whole.usage),
    calls: calls.map((call) => JSON.parse(call.function.arguments)),
    finish: [called.choices[0].finish_reason, answered.choices[0].finish_reason],
    refused,
  }),
);
