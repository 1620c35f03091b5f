// Reads {document, checks: [{name, schema, instance}]} and writes what is wrong, one line each. `schema` is a JSON pointer into
// the document. The document is held against the OpenAPI 3.1 schema, each instance against JSON Schema 2020-12.
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { document, checks } = JSON.parse(Buffer.concat(chunks).toString('utf8'));

const openapi = await new Validator().validate(structuredClone(document));
if (!openapi.valid) {
  console.log(`document: ${JSON.stringify(openapi.errors).slice(0, 2000)}`);
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('password', true);
ajv.addSchema(document, 'document');
const known = new Map();
for (const { name, schema, instance } of checks) {
  try {
    if (!known.has(schema)) known.set(schema, ajv.compile({ $ref: `document#${schema}` }));
    const validate = known.get(schema);
    if (!validate(instance)) {
      console.log(`${name}: ${ajv.errorsText(validate.errors).slice(0, 800)}`);
    }
  } catch (failure) {
    console.log(`${name}: ${failure.message}`);
  }
}
