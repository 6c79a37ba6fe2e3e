package io.llmcluster.gateway.wire;

/** Text as Go's encoders write it. */
final class GoText {

  private GoText() {}

  /** A JSON string with Go's HTML-safe escapes. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '<', '>', '&', '\u2028', '\u2029' -> unicode(out, c);
        default -> {
          boolean loneSurrogate =
              Character.isSurrogate(c)
                  && !(Character.isHighSurrogate(c)
                      && i + 1 < text.length()
                      && Character.isLowSurrogate(text.charAt(i + 1)))
                  && !(Character.isLowSurrogate(c)
                      && i > 0
                      && Character.isHighSurrogate(text.charAt(i - 1)));
          if (loneSurrogate) {
            out.append('\ufffd');
          } else if (c < 0x20) {
            unicode(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /**
   * One byte as the scanner quotes it: a character in single quotes, each byte taken for a
   * character of Latin-1.
   */
  static String quoteByte(byte b) {
    char c = (char) (b & 0xff);
    return switch (c) {
      case '\'' -> "'\\''";
      case '"' -> "'\"'";
      case '\\' -> "'\\\\'";
      case '\n' -> "'\\n'";
      case '\r' -> "'\\r'";
      case '\t' -> "'\\t'";
      case '\b' -> "'\\b'";
      case '\f' -> "'\\f'";
      case 0x07 -> "'\\a'";
      case 0x0b -> "'\\v'";
      default ->
          c < 0x20 || c == 0x7f
              ? String.format("'\\x%02x'", (int) c)
              : (c >= 0x80 && c < 0xa1) || c == 0xad
                  ? String.format("'\\u%04x'", (int) c)
                  : "'" + c + "'";
    };
  }

  private static void unicode(StringBuilder out, char c) {
    out.append(String.format("\\u%04x", (int) c));
  }
}
