package io.llmcluster.node.embedded.child;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the head of a GGUF file (llama.cpp's docs/gguf.md), versions 2 and 3: its metadata and the
 * sizes of its tensors. At most {@link #MAX_BYTES} are read and no text is kept that is longer than
 * a name, whatever numbers the file holds.
 */
final class GgufHeader {

  /** Vocabularies are the bulk of a head, some megabytes. */
  private static final int MAX_BYTES = 64 << 20;

  private static final int MAX_TEXT = 1024;
  private static final int MAX_FIELDS = 10_000;
  private static final int MAX_DIMENSIONS = 8;
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final int MAGIC = 0x46554747;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** Bytes of a value by its type's number; 0: it says its own length. */
  private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private final InputStream in;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private long left = MAX_BYTES;

  private GgufHeader(InputStream in) {
    this.in = in;
  }

  /** What the file tells; {@link GgufFacts#UNKNOWN} if it is damaged or not of this kind. */
  static GgufFacts read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return new GgufHeader(in).facts();
    } catch (IOException unreadable) {
      return GgufFacts.UNKNOWN;
    }
  }

  private GgufFacts facts() throws IOException {
    long magic = number(4);
    long version = number(4);
    if (magic != MAGIC || version < 2 || version > 3) {
      throw new IOException("another format");
    }
    long tensors = number(8);
    long fields = number(8);
    if (fields > MAX_FIELDS) {
      throw new IOException("too many fields");
    }
    for (long i = 0; i < fields; i++) {
      field();
    }
    long parameters = 0;
    for (long i = 0; i < tensors; i++) {
      parameters += tensor();
    }
    String architecture = texts.getOrDefault("general.architecture", "");
    return new GgufFacts(
        architecture,
        GgufFacts.fileType(numbers.getOrDefault("general.file_type", -1L)),
        Math.max(0, parameters),
        count(architecture + ".context_length"),
        count(architecture + ".embedding_length"),
        count(TOKENS));
  }

  private int count(String key) {
    long value = numbers.getOrDefault(key, 0L);
    return value == (int) value ? Math.max(0, (int) value) : 0;
  }

  private void field() throws IOException {
    String key = text();
    int type = type();
    if (type == ARRAY) {
      long length = array();
      if (key.equals(TOKENS)) {
        numbers.put(key, length);
      }
    } else if (type == STRING) {
      String text = text();
      if (key.equals("general.architecture")) {
        texts.put(key, text);
      }
    } else {
      long number = number(WIDTHS[type]);
      if (key.equals("general.file_type") || key.endsWith("_length")) {
        numbers.put(key, number);
      }
    }
  }

  /** Steps over it; how many elements it has. */
  private long array() throws IOException {
    int type = type();
    long length = number(8);
    if (type == ARRAY) {
      throw new IOException("nested array");
    }
    if (type != STRING) {
      skip(length, WIDTHS[type]);
      return length;
    }
    for (long i = 0; i < length; i++) {
      skip(number(8), 1);
    }
    return length;
  }

  /** The number of weights in a tensor. */
  private long tensor() throws IOException {
    text();
    long dimensions = number(4);
    if (dimensions > MAX_DIMENSIONS) {
      throw new IOException("too many dimensions");
    }
    long weights = 1;
    for (long i = 0; i < dimensions; i++) {
      weights *= number(8);
    }
    skip(12, 1); // its type and where it stands
    return weights;
  }

  private int type() throws IOException {
    long type = number(4);
    if (type < 0 || type >= WIDTHS.length) {
      throw new IOException("unknown type");
    }
    return (int) type;
  }

  /** Cut to a name's length. */
  private String text() throws IOException {
    long length = number(8);
    int kept = (int) Math.max(0, Math.min(length, MAX_TEXT));
    take(kept);
    byte[] bytes = in.readNBytes(kept);
    if (bytes.length < kept) {
      throw new EOFException();
    }
    skip(length - kept, 1);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Little-endian; one of 8 bytes may come out negative. */
  private long number(int bytes) throws IOException {
    take(bytes);
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      number |= (long) next << (8 * i);
    }
    return number;
  }

  private void skip(long count, int width) throws IOException {
    if (count < 0 || count > left) {
      throw new IOException("too long");
    }
    take(count * width);
    in.skipNBytes(count * width);
  }

  private void take(long bytes) throws IOException {
    left -= bytes;
    if (left < 0) {
      throw new IOException("too long");
    }
  }
}
