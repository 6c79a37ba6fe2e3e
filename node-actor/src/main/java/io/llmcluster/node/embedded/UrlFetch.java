package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The file's own address; a download is resumed where it was cut. */
final class UrlFetch implements FileSource {
  private final EmbeddedSettings settings;
  private final ModelFile.Progress progress;

  UrlFetch(EmbeddedSettings settings, ModelFile.Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  @Override
  public String name() {
    return settings.modelUrl().toString();
  }

  /** What has come is left beside {@code target} for another try if the rest does not. */
  @Override
  public Download ask(Path target) throws IOException, InterruptedException, ModelFileException {
    Path part = part(target);
    Path tag = tag(target);
    long have = Files.exists(part) && Files.exists(tag) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(settings.modelUrl());
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-").header("If-Range", Files.readString(tag));
    }
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(settings.answerTimeout())
            .build();
    HttpResponse<InputStream> response = begin(client, request.build());
    boolean resumed = response.statusCode() == 206 && continuesAt(response, have);
    if (response.statusCode() != 200 && !resumed) {
      response.body().close();
      Files.deleteIfExists(tag);
      throw new ModelFileException(name() + ": answered " + response.statusCode());
    }
    return new Body(response, target, resumed ? have : 0);
  }

  /** A timeout of the request itself would count the body from JDK 26 on. */
  private HttpResponse<InputStream> begin(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request, BodyHandlers.ofInputStream());
    try {
      return answer.get(settings.answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("no answer for " + settings.answerTimeout());
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException io ? io : new IOException(failure.getCause());
    } finally {
      answer.cancel(true); // of one that nobody waits for any more
    }
  }

  /** Removes what serves resuming. */
  static void forget(Path target) throws IOException {
    Files.deleteIfExists(tag(target));
    Files.deleteIfExists(part(target));
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private static Path tag(Path target) {
    return target.resolveSibling(target.getFileName() + ".etag");
  }

  private static boolean continuesAt(HttpResponse<?> response, long have) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return have > 0 && range.startsWith("bytes " + have + "-");
  }

  /** The bytes of {@code response}, which go after the first {@code start} of the file. */
  private final class Body implements Download {
    private final HttpResponse<InputStream> response;
    private final Path target;
    private final long start;

    Body(HttpResponse<InputStream> response, Path target, long start) {
      this.response = response;
      this.target = target;
      this.start = start;
    }

    @Override
    public FileSource source() {
      return UrlFetch.this;
    }

    @Override
    public Path fetch() throws IOException {
      if (start == 0) {
        rememberTag();
      }
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      copy(length < 0 ? -1 : start + length);
      return part(target);
    }

    /** Only a strong validator may guard a range (RFC 9110, 13.1.5). */
    private void rememberTag() throws IOException {
      String value = response.headers().firstValue("ETag").orElse("");
      if (value.startsWith("\"")) {
        Files.writeString(tag(target), value);
      } else {
        Files.deleteIfExists(tag(target));
      }
    }

    private void copy(long total) throws IOException {
      StandardOpenOption how =
          start > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      InputStream body = response.body();
      try (StallWatch watch = new StallWatch(body, settings.stallTimeout());
          OutputStream out =
              Files.newOutputStream(
                  part(target), StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
        byte[] buffer = new byte[1 << 16];
        long done = start;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
          out.write(buffer, 0, n);
          done += n;
          watch.moved();
          progress.at(done, total);
        }
        watch.requireNotStalled();
      }
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException closed) {
        // as it has to be
      }
    }
  }
}
