package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Finds the model file in the cache folder or fetches it there, resuming a partial download. */
public final class ModelFile {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private final EmbeddedSettings settings;
  private final Progress progress;

  /** Told after each piece: bytes there so far and the total, -1 when the server gave none. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} bytes are there. */
    void at(long done, long total);
  }

  /** A finder that reports to {@code progress} on the calling thread. */
  public ModelFile(EmbeddedSettings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** {@code file} itself once its GGUF magic was seen. */
  public static Path check(Path file) throws ModelFileException {
    try (InputStream in = Files.newInputStream(file)) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new ModelFileException(file + ": not a model file (expected: GGUF)");
      }
      return file;
    } catch (IOException e) {
      throw new ModelFileException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /** The cached file, fetched first if need be; blocks. A second process waits for the first. */
  public Path find() throws ModelFileException, InterruptedException {
    URI url = settings.modelUrl();
    String path = url.getPath() == null ? "" : url.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    Path target = settings.cacheDir().resolve(name.isEmpty() ? "model.gguf" : name);
    try {
      Files.createDirectories(settings.cacheDir());
      Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        var lock = channel.lock();
        try {
          return Files.exists(target) ? check(target) : fetch(url, target);
        } finally {
          lock.release();
        }
      }
    } catch (IOException e) {
      throw new ModelFileException("cannot fetch " + url + " to " + target + ": " + e, e);
    }
  }

  private Path fetch(URI url, Path target)
      throws IOException, InterruptedException, ModelFileException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Path tag = target.resolveSibling(target.getFileName() + ".etag");
    long have = Files.exists(part) && Files.exists(tag) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(settings.answerTimeout());
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-").header("If-Range", Files.readString(tag));
    }
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(settings.answerTimeout())
            .build();
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      boolean resumed = response.statusCode() == 206 && continuesAt(response, have);
      if (response.statusCode() != 200 && !resumed) {
        Files.deleteIfExists(tag);
        throw new ModelFileException(url + ": answered " + response.statusCode());
      }
      long start = resumed ? have : 0;
      if (!resumed) {
        rememberTag(response, tag);
      }
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      copy(body, part, start, length < 0 ? -1 : start + length);
    }
    verify(part, url, tag);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(tag);
    return target;
  }

  private static boolean continuesAt(HttpResponse<?> response, long have) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return have > 0 && range.startsWith("bytes " + have + "-");
  }

  /** Only a strong validator may guard a range (RFC 9110, 13.1.5). */
  private static void rememberTag(HttpResponse<?> response, Path tag) throws IOException {
    String value = response.headers().firstValue("ETag").orElse("");
    if (value.startsWith("\"")) {
      Files.writeString(tag, value);
    } else {
      Files.deleteIfExists(tag);
    }
  }

  private void copy(InputStream body, Path part, long start, long total) throws IOException {
    StandardOpenOption how =
        start > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      byte[] buffer = new byte[1 << 16];
      long done = start;
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        done += n;
        progress.at(done, total);
      }
    }
  }

  private void verify(Path part, URI url, Path tag) throws IOException, ModelFileException {
    try {
      check(part);
      String sha = settings.modelSha256().isEmpty() ? "" : sha256(part);
      if (!sha.equals(settings.modelSha256())) {
        throw new ModelFileException(
            url + ": sha256 " + sha + " (expected: " + settings.modelSha256() + "); deleted");
      }
    } catch (ModelFileException e) {
      Files.deleteIfExists(part);
      Files.deleteIfExists(tag);
      throw e;
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
