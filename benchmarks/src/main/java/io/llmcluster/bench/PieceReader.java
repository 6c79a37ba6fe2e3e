package io.llmcluster.bench;

import java.util.function.LongConsumer;

/** Finds {@code t=NANOS;} in a stream, wherever the network has cut it. */
final class PieceReader {

  private String rest = "";
  private int seen;

  int seen() {
    return seen;
  }

  void read(String text, LongConsumer sentAt) {
    String all = rest + text;
    int from = 0;
    for (int at = all.indexOf("t=", from); at >= 0; at = all.indexOf("t=", from)) {
      int end = all.indexOf(';', at);
      if (end < 0 || !Character.isDigit(all.charAt(at + 2))) {
        if (end < 0 && all.length() - at < 40) {
          break;
        }
        from = at + 2;
        continue;
      }
      sentAt.accept(Long.parseLong(all.substring(at + 2, end)));
      seen++;
      from = end;
    }
    rest = all.substring(Math.max(from, all.length() - 40));
  }
}
