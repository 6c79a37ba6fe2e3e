package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.RefusedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request's fields, read with their bounds. Unknown fields are ignored and {@code null} means
 * "not given", as everywhere in the API.
 */
public final class RequestFields {

  private final ObjectNode given;

  /** What stands before a field's name in what is told, for example {@code budget.}. */
  private final String path;

  public RequestFields(ObjectNode given) {
    this(given, "");
  }

  private RequestFields(ObjectNode given, String path) {
    this.given = given;
    this.path = path;
  }

  /** The fields of an object in it; none if it is not given. */
  public RequestFields within(String name) {
    return new RequestFields(object(name), path + name + ".");
  }

  /** Null if it is not given. */
  public @Nullable JsonNode get(String name) {
    JsonNode value = given.get(name);
    return value == null || value.isNull() ? null : value;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** A whole number within the bounds, both included. */
  public int integer(String name, int otherwise, int min, int max) {
    return (int) integer(name, (long) otherwise, min, max);
  }

  /** A whole number within the bounds, both included. */
  public long integer(String name, long otherwise, long min, long max) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || outside(value.asLong(), min, max)) {
      throw refused(name, shown(value), "a whole number from " + min + " to " + max);
    }
    return value.asLong();
  }

  /** A number within the bounds, both included. */
  public double number(String name, double otherwise, double min, double max) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber() || !(value.asDouble() >= min && value.asDouble() <= max)) {
      throw refused(name, shown(value), "a number from " + min + " to " + max);
    }
    return value.asDouble();
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw refused(name, shown(value), "true or false");
    }
    return value.asBoolean();
  }

  /** A text; empty means "not given" too. */
  public String text(String name, String otherwise) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw refused(name, shown(value), "a text");
    }
    return value.asText().isEmpty() ? otherwise : value.asText();
  }

  /** One of the given words, whatever their case. */
  public String oneOf(String name, String otherwise, Set<String> words) {
    String value = text(name, otherwise);
    for (String word : words) {
      if (word.equalsIgnoreCase(value)) {
        return word;
      }
    }
    throw refused(name, value, "one of " + String.join(", ", new java.util.TreeSet<>(words)));
  }

  /** A list of texts that are not blank; empty if it is not given. */
  public List<String> texts(String name, int atMost) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > atMost) {
      throw refused(name, shown(value), "a list of at most " + atMost + " texts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : value) {
      if (!one.isTextual() || one.asText().isBlank()) {
        throw refused(name, shown(one), "a text that is not blank");
      }
      texts.add(one.asText());
    }
    return texts;
  }

  /** An object; an empty one if it is not given. */
  public ObjectNode object(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw refused(name, shown(value), "an object");
  }

  /**
   * Refuses a form of the answer where there is none to choose. To leave it out in silence would
   * hand the client a text where it reads JSON.
   *
   * @param name of the field
   * @param where for example {@code with a pattern}
   */
  public void refuseForm(String name, String where) {
    JsonNode form = get(name);
    boolean free =
        form == null
            || (form.isTextual() && form.asText().isEmpty())
            || form.path("type").asText().equals("text");
    if (!free) {
      throw new RefusedRequest(path + name + ": not " + where + " (expected: none)");
    }
  }

  private RefusedRequest refused(String name, Object value, String expected) {
    return new RefusedRequest(path + name, value, expected);
  }

  private static boolean outside(long value, long min, long max) {
    return value < min || value > max;
  }

  /** At most what fits in a line. */
  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
