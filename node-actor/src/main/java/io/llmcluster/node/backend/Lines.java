package io.llmcluster.node.backend;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** Single lines out of elements that hold several. */
final class Lines {

  private Lines() {}

  /** The lines without their ends; blank ones are left out. */
  static List<ByteString> of(ByteString lines) {
    List<ByteString> result = new ArrayList<>();
    int from = 0;
    while (from < lines.length()) {
      int end = lines.indexOf((byte) '\n', from);
      int to = end < 0 ? lines.length() : end;
      ByteString line = lines.slice(from, to);
      if (!line.utf8String().isBlank()) {
        result.add(line);
      }
      from = to + 1;
    }
    return result;
  }
}
