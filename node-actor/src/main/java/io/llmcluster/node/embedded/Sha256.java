package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of model files, as 64 lower-case hexadecimal digits. */
public final class Sha256 {
  private Sha256() {}

  /** Computed now. */
  static String of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = digest();
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /** The first {@code bytes} bytes of that of {@code text} in UTF-8, two digits each. */
  static String ofText(String text, int bytes) {
    byte[] whole = digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(whole, 0, bytes);
  }

  /**
   * Computed once for each path, size and time of change; remembered in {@code folder}, or computed
   * each time if that cannot be written.
   *
   * @throws ModelFileException if {@code file} cannot be read
   */
  public static String remembered(Path file, Path folder) throws ModelFileException {
    try {
      return knownOrComputed(file, folder);
    } catch (IOException e) {
      throw new ModelFileException(file + ": cannot be read (" + e + ")", e);
    }
  }

  private static String knownOrComputed(Path file, Path folder) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    String state = Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + " ";
    Path memory = folder.resolve(ofText(absolute.toString(), 8) + ".sha256");
    String known = recall(memory);
    if (known.startsWith(state) && known.length() == state.length() + 64) {
      return known.substring(state.length());
    }
    String computed = of(file);
    remember(folder, memory, state + computed);
    return computed;
  }

  private static String recall(Path memory) {
    try {
      return Files.readString(memory);
    } catch (IOException none) {
      return "";
    }
  }

  private static void remember(Path folder, Path memory, String known) {
    try {
      Files.createDirectories(folder);
      Files.writeString(memory, known);
    } catch (IOException cannotBeWritten) {
      // The next start computes it again: it takes seconds, and is no reason not to run the model.
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
