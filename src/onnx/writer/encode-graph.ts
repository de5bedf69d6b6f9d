import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Attribute, type Constant, ELEMENT_TYPES, type Graph, type Node, type Value } from "./graph.ts";

/** The newest operator set whose every operator we use runs in onnxruntime 1.17 and later. */
const OPSET = 17;
/** The file format that belongs to operator set 17. */
const IR_VERSION = 8;

/**
 * The graph as the bytes of an ONNX ModelProto (protobuf; field numbers from the public onnx.proto, IR version 8).
 * Constants are written as raw little-endian data.
 */
export function encodeGraph(graph: Graph): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(IR_VERSION);
  text(writer, 2, "maskloom");
  message(writer, 7, () => writeGraph(writer, graph));
  message(writer, 8, () => {
    text(writer, 1, "");
    writer.tag(2, WireType.Varint).int64(OPSET);
  });
  return writer.finish();
}

/** One entry of ModelProto's metadata_props: protobuf appends repeated fields, so it may follow a finished model. */
export function encodeMetadata(key: string, value: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  message(writer, 14, () => {
    text(writer, 1, key);
    text(writer, 2, value);
  });
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const constant of graph.constants) message(writer, 5, () => writeConstant(writer, constant));
  for (const input of graph.inputs) message(writer, 11, () => writeValue(writer, input));
  for (const output of graph.outputs) message(writer, 12, () => writeValue(writer, output));
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.outputs[0] ?? node.op);
  text(writer, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, attribute));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name);
  if ("float" in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    attributeType(writer, 1);
  } else if ("int" in attribute) {
    writer.tag(3, WireType.Varint).int64(attribute.int);
    attributeType(writer, 2);
  } else if ("string" in attribute) {
    text(writer, 4, attribute.string);
    attributeType(writer, 3);
  } else if ("floats" in attribute) {
    for (const value of attribute.floats) writer.tag(7, WireType.Bit32).float(value);
    attributeType(writer, 6);
  } else {
    for (const value of attribute.ints) writer.tag(8, WireType.Varint).int64(value);
    attributeType(writer, 7);
  }
}

function attributeType(writer: BinaryWriter, type: number): void {
  writer.tag(20, WireType.Varint).int32(type);
}

function writeConstant(writer: BinaryWriter, constant: Constant): void {
  for (const size of constant.dims) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(ELEMENT_TYPES[constant.type]);
  text(writer, 8, constant.name);
  writer.tag(9, WireType.LengthDelimited).bytes(constant.data);
}

/** ValueInfoProto: name, and within TypeProto.tensor_type the element type and the shape. */
function writeValue(writer: BinaryWriter, value: Value): void {
  text(writer, 1, value.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(ELEMENT_TYPES[value.type]);
      message(writer, 2, () => {
        for (const size of value.dims) {
          message(writer, 1, () => {
            if (typeof size === "string") text(writer, 2, size);
            else writer.tag(1, WireType.Varint).int64(size);
          });
        }
      });
    }),
  );
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}
