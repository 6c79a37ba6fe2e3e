package io.llmcluster.patterns.structured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The JSON schemas of structured outputs (draft 2020-12), from resource files below {@code
 * schemas/}.
 */
public final class Schemas {

  /** More than these help no model to repair its output. */
  private static final int MOST_ERRORS = 5;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  /** As many as there are files. */
  private static final Map<String, Schemas> LOADED = new ConcurrentHashMap<>();

  private final JsonNode source;
  private final JsonSchema schema;

  private Schemas(JsonNode source) {
    this.source = source;
    this.schema = FACTORY.getSchema(source);
  }

  private static Schemas named(String name) {
    return LOADED.computeIfAbsent(name, key -> new Schemas(read(key)));
  }

  /**
   * The schema itself, as Ollama's {@code format} takes it.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static JsonNode source(String name) {
    return named(name).source;
  }

  /** What is wrong with a value, one line each; empty if nothing is. */
  public static List<String> errors(String name, JsonNode value) {
    return named(name).schema.validate(value).stream()
        .limit(MOST_ERRORS)
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static JsonNode read(String name) {
    String path = "/schemas/" + name + ".json";
    try (InputStream in = Schemas.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no such schema: " + path);
      }
      return JSON.readTree(in);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
