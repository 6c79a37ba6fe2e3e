package io.llmcluster.gateway.wire;

import io.llmcluster.gateway.wire.JsonValue.Kind;

/**
 * Walks over JSON without building anything, and finds fault with it in the words of Go's {@code
 * encoding/json} (its scanner.go), which Ollama's clients have learnt to read.
 */
final class GoScanner {

  /**
   * Deeper nesting is refused, so that a hostile body cannot exhaust the stack. Go's own bound is
   * 10,000.
   */
  private static final int DEPTH = 500;

  private final byte[] json;
  private int at;
  private int depth;

  GoScanner(byte[] json, int from) {
    this.json = json;
    this.at = from;
  }

  /** Called for each member of an object. */
  @FunctionalInterface
  interface MemberVisitor {
    void visit(JsonValue key, JsonValue value);
  }

  /** Called for each element of an array. */
  @FunctionalInterface
  interface ElementVisitor {
    void visit(JsonValue element);
  }

  int position() {
    return at;
  }

  /** Whether only white space is left. */
  boolean atEnd() {
    skipSpace();
    return at >= json.length;
  }

  /** Steps over one value. */
  JsonValue value() {
    skipSpace();
    int start = at;
    byte first = peek();
    Kind kind =
        switch (first) {
          case '{' -> {
            object((key, value) -> {});
            yield Kind.OBJECT;
          }
          case '[' -> {
            array(element -> {});
            yield Kind.ARRAY;
          }
          case '"' -> {
            string();
            yield Kind.STRING;
          }
          case 't' -> literal("true", Kind.BOOL);
          case 'f' -> literal("false", Kind.BOOL);
          case 'n' -> literal("null", Kind.NULL);
          default -> {
            if (first != '-' && !isDigit(first)) {
              throw unexpected("looking for beginning of value");
            }
            number();
            yield Kind.NUMBER;
          }
        };
    return new JsonValue(kind, start, at);
  }

  /** Steps over an object, which must stand here. */
  void object(MemberVisitor visitor) {
    enter();
    skipSpace();
    if (peek() == '}') {
      leave();
      return;
    }
    while (true) {
      skipSpace();
      if (peek() != '"') {
        throw unexpected("looking for beginning of object key string");
      }
      int start = at;
      string();
      JsonValue key = new JsonValue(Kind.STRING, start, at);
      skipSpace();
      if (peek() != ':') {
        throw unexpected("after object key");
      }
      at++;
      visitor.visit(key, value());
      skipSpace();
      if (peek() == '}') {
        leave();
        return;
      }
      if (peek() != ',') {
        throw unexpected("after object key:value pair");
      }
      at++;
    }
  }

  /** Steps over an array, which must stand here. */
  void array(ElementVisitor visitor) {
    enter();
    skipSpace();
    if (peek() == ']') {
      leave();
      return;
    }
    while (true) {
      visitor.visit(value());
      skipSpace();
      if (peek() == ']') {
        leave();
        return;
      }
      if (peek() != ',') {
        throw unexpected("after array element");
      }
      at++;
    }
  }

  private void enter() {
    at++;
    if (++depth > DEPTH) {
      throw new WireException(400, "json: nested deeper than " + DEPTH);
    }
  }

  private void leave() {
    at++;
    depth--;
  }

  private void string() {
    at++;
    while (true) {
      byte c = peek();
      if (c == '"') {
        at++;
        return;
      }
      if (c == '\\') {
        at++;
        escape();
      } else if (c >= 0 && c < 0x20) {
        throw unexpected("in string literal");
      } else {
        at++;
      }
    }
  }

  private void escape() {
    byte c = peek();
    if (c == 'u') {
      at++;
      for (int i = 0; i < 4; i++) {
        if (Character.digit(peek(), 16) < 0) {
          throw unexpected("in \\u hexadecimal character escape");
        }
        at++;
      }
    } else if ("bfnrt\\/\"".indexOf(c) >= 0) {
      at++;
    } else {
      throw unexpected("in string escape code");
    }
  }

  private void number() {
    if (peek() == '-') {
      at++;
      if (!isDigit(peek())) {
        throw unexpected("in numeric literal");
      }
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < json.length && json[at] == '.') {
      at++;
      if (!isDigit(peek())) {
        throw unexpected("after decimal point in numeric literal");
      }
      digits();
    }
    if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      if (!isDigit(peek())) {
        throw unexpected("in exponent of numeric literal");
      }
      digits();
    }
  }

  private void digits() {
    while (at < json.length && isDigit(json[at])) {
      at++;
    }
  }

  private Kind literal(String word, Kind kind) {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
      }
      at++;
    }
    return kind;
  }

  private void skipSpace() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private byte peek() {
    if (at >= json.length) {
      throw new WireException(400, "unexpected EOF");
    }
    return json[at];
  }

  private WireException unexpected(String where) {
    return new WireException(400, "invalid character " + GoText.quoteByte(json[at]) + " " + where);
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
