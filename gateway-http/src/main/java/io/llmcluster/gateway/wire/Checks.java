package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What each endpoint refuses beyond wrong types. */
final class Checks {

  private static final Set<String> THINK = Set.of("high", "medium", "low", "max", "true", "false");

  private Checks() {}

  static void generate(Fields fields) {
    common(fields);
    boolean shaped =
        !fields.text("template").isEmpty()
            || !fields.text("system").isEmpty()
            || holdsAnything(fields, "context");
    if (fields.flag("raw", false) && shaped) {
      throw new WireException(400, "raw mode does not support template, system, or context");
    }
  }

  /** Ollama refuses a context with something in it only. */
  private static boolean holdsAnything(Fields fields, String array) {
    AtomicInteger count = new AtomicInteger();
    JsonValue value = fields.get(array);
    if (value != null) {
      new GoScanner(fields.json(), value.start()).array(element -> count.incrementAndGet());
    }
    return count.get() > 0;
  }

  static void chat(Fields fields) {
    common(fields);
  }

  private static void common(Fields fields) {
    think(fields);
    JsonValue top = fields.get("top_logprobs");
    if (top != null) {
      long count = Long.parseLong(fields.raw(top));
      if (count < 0 || count > 20) {
        throw new WireException(400, "top_logprobs must be between 0 and 20");
      }
    }
    OptionTypes.check(fields);
    format(fields);
  }

  private static void think(Fields fields) {
    JsonValue think = fields.get("think");
    if (think == null || think.kind() == Kind.BOOL) {
      return;
    }
    if (think.kind() != Kind.STRING) {
      throw new WireException(
          400,
          "think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, or false)");
    }
    if (!THINK.contains(fields.text("think"))) {
      throw new WireException(
          400,
          "invalid think value: "
              + GoText.quote(fields.text("think"))
              + " (must be \"high\", \"medium\", \"low\", \"max\", true, or false)");
    }
  }

  private static void format(Fields fields) {
    JsonValue format = fields.get("format");
    if (format == null
        || format.kind() == Kind.OBJECT
        || (format.kind() == Kind.STRING && Set.of("", "json").contains(fields.text("format")))) {
      return;
    }
    throw new WireException(
        500,
        "invalid format: "
            + GoText.quote(fields.raw(format))
            + "; expected \"json\" or a valid JSON Schema object");
  }

  static void embed(Fields fields) {
    JsonValue input = fields.get("input");
    if (input == null || input.kind() == Kind.STRING) {
      return;
    }
    if (input.kind() != Kind.ARRAY) {
      throw new WireException(400, "invalid input type");
    }
    new GoScanner(fields.json(), input.start())
        .array(
            element -> {
              if (element.kind() != Kind.STRING) {
                throw new WireException(400, "invalid input type");
              }
            });
  }

  static void v1Chat(Fields fields) {
    JsonValue messages = fields.get("messages");
    AtomicInteger count = new AtomicInteger();
    if (messages != null) {
      new GoScanner(fields.json(), messages.start())
          .array(
              message -> {
                count.incrementAndGet();
                v1Message(fields.json(), message);
              });
    }
    if (count.get() == 0) {
      throw new WireException(400, "[] is too short - 'messages'");
    }
  }

  /** A message without content is one that calls tools. */
  private static void v1Message(byte[] json, JsonValue message) {
    AtomicBoolean says = new AtomicBoolean();
    if (message.kind() == Kind.OBJECT) {
      new GoScanner(json, message.start())
          .object(
              (key, value) -> {
                String name = Fields.text(json, key);
                boolean calls = name.equalsIgnoreCase("tool_calls") && value.kind() == Kind.ARRAY;
                if (calls || (name.equalsIgnoreCase("content") && isContent(value))) {
                  says.set(true);
                }
              });
    }
    if (!says.get()) {
      throw contentType("<nil>");
    }
  }

  private static boolean isContent(JsonValue value) {
    return switch (value.kind()) {
      case STRING, ARRAY -> true;
      case NULL -> false;
      case NUMBER -> throw contentType("float64");
      case BOOL -> throw contentType("bool");
      case OBJECT -> throw contentType("map[string]interface {}");
    };
  }

  private static WireException contentType(String type) {
    return new WireException(400, "invalid message content type: " + type);
  }

  static void v1Embeddings(Fields fields) {
    JsonValue input = fields.get("input");
    boolean nothing =
        input == null
            || (input.kind() == Kind.ARRAY && input.end() - input.start() == 2)
            || (input.kind() == Kind.STRING && fields.text("input").isEmpty());
    if (nothing) {
      throw new WireException(400, "invalid input");
    }
  }
}
