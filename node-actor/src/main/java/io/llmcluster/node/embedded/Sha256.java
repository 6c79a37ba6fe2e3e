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

  /** Computed once for each path, size and time of change; remembered in {@code folder}. */
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
    byte[] name = digest().digest(absolute.toString().getBytes(StandardCharsets.UTF_8));
    Path memory = folder.resolve(HexFormat.of().formatHex(name, 0, 8) + ".sha256");
    String known = Files.exists(memory) ? Files.readString(memory) : "";
    if (known.startsWith(state) && known.length() == state.length() + 64) {
      return known.substring(state.length());
    }
    String computed = of(file);
    Files.createDirectories(folder);
    Files.writeString(memory, state + computed);
    return computed;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
