package io.llmcluster.node.translate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A long string of a request, left as it stands in the request's bytes: it is written without ever
 * having been decoded or copied. An image of 90 MB as a Java string would take several times that.
 *
 * <p>Its text cannot be asked for: what the program itself has to understand is short.
 */
final class LargeText extends ValueNode {

  private static final long serialVersionUID = 1L;

  private final String prefix;

  /** As in JSON, without the quotes. */
  private final transient ByteString escaped;

  LargeText(ByteString escaped) {
    this("", escaped);
  }

  private LargeText(String prefix, ByteString escaped) {
    this.prefix = prefix;
    this.escaped = escaped;
  }

  /** With that before it; plain ASCII that JSON need not escape. */
  LargeText after(String before) {
    return new LargeText(before + prefix, escaped);
  }

  boolean startsWith(String start) {
    return escaped.take(start.length()).utf8String().equals(start);
  }

  @Override
  public JsonNodeType getNodeType() {
    return JsonNodeType.STRING;
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_STRING;
  }

  /** Always throws {@link Refusal}. */
  @Override
  public String asText() {
    throw new Refusal(
        400, "a text of " + escaped.length() + " bytes (expected: a short one at this place)");
  }

  @Override
  public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
    if (json.getOutputTarget() instanceof Rope rope) {
      json.writeRawValue("\"" + prefix);
      json.flush();
      rope.append(escaped);
      json.writeRaw('"');
    } else {
      byte[] raw =
          ByteString.fromString(prefix, StandardCharsets.UTF_8).concat(escaped).toArrayUnsafe();
      json.writeRawUTF8String(raw, 0, raw.length);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LargeText text
        && text.prefix.equals(prefix)
        && text.escaped.equals(escaped);
  }

  @Override
  public int hashCode() {
    return escaped.length();
  }
}
