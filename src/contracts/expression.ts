import { z } from "zod";

/** A value that is worked out at run time: `${inputs.strength}`. The grammar is src/engine/language/parse-expression.ts. */
export type Expression = `\${${string}}`;

/* The pattern only tells an expression from a plain text; what stands between the braces is parsed by the engine.
   Zod types every pattern as `string`: the cast keeps `strength: "abc"` a compile error in defineWorkflow. */
export const Expression = z
  .string()
  .regex(/^\s*\$\{[\s\S]*\}\s*$/)
  .meta({
    id: "Expression",
    description: "An expression such as ${inputs.strength}",
  }) as unknown as z.ZodType<Expression, Expression>;

/** The same value written down, or an expression that yields it. */
export function expressionOr<S extends z.ZodType>(schema: S): z.ZodUnion<[S, typeof Expression]> {
  return z.union([schema, Expression]);
}

/**
 * A schema as a workflow may write it: every scalar and list, at any depth, may be an expression.
 * Texts stay texts, since `${…}` may stand inside them. Defaults vanish: they are filled in when the task's resolved
 * parameters are parsed, so a workflow's own `defaults` can stand between the step and them.
 */
type Templated<S> =
  S extends z.ZodOptional<infer I>
    ? Templated<I>
    : S extends z.ZodDefault<infer I>
      ? Templated<I>
      : S extends z.ZodString | z.ZodUnknown
        ? S
        : S extends z.ZodObject<infer Shape, infer Config>
          ? z.ZodObject<TemplatedShape<Shape>, Config>
          : S extends z.ZodArray<infer Item>
            ? z.ZodUnion<[z.ZodArray<TemplatedItem<Item>>, typeof Expression]>
            : S extends z.ZodType
              ? z.ZodUnion<[S, typeof Expression]>
              : never;

type TemplatedItem<S> = Templated<S> extends z.ZodType ? Templated<S> : never;

export type TemplatedShape<Shape> = {
  -readonly [K in keyof Shape]: Shape[K] extends z.ZodOptional | z.ZodDefault
    ? z.ZodOptional<TemplatedItem<Shape[K]>>
    : TemplatedItem<Shape[K]>;
};

/** `templated` for each field of an object; optional fields and fields with a default become optional. */
export function templatedShape<Shape extends z.ZodRawShape>(shape: Shape): TemplatedShape<Shape> {
  const fields = Object.entries(shape).map(([name, schema]) => [name, templatedField(schema)]);
  return Object.fromEntries(fields) as TemplatedShape<Shape>;
}

function templatedField(schema: z.core.$ZodType): z.ZodType {
  return isWrapper(schema) ? templated(schema).optional() : templated(schema);
}

function templated(schema: z.core.$ZodType): z.ZodType {
  if (isWrapper(schema)) return templated(schema.unwrap());
  if (schema instanceof z.ZodString || schema instanceof z.ZodUnknown) return schema;
  if (schema instanceof z.ZodObject) {
    const object = z.object(templatedShape(schema.shape));
    return schema.def.catchall ? object.catchall(schema.def.catchall) : object;
  }
  if (schema instanceof z.ZodArray)
    return expressionOr(new z.ZodArray({ ...schema.def, element: templated(schema.element) }));
  return expressionOr(schema as z.ZodType);
}

function isWrapper(schema: z.core.$ZodType): schema is z.ZodOptional | z.ZodDefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}
