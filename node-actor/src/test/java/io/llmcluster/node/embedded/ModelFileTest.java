package io.llmcluster.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the folder in
class ModelFileTest {
  @TempDir Path dir;
  private HttpServer server;
  private volatile byte[] content = "GGUF and the rest".getBytes(StandardCharsets.US_ASCII);
  private volatile int promised = 0;
  private final List<String> ranges = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          ranges.add(String.valueOf(range));
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          byte[] body = Arrays.copyOfRange(content, from, content.length);
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-16/17");
          }
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length + promised);
          exchange.getResponseBody().write(body);
          exchange.getResponseBody().flush(); // what a cut connection has brought until then
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ModelFile file(String sha) {
    return file("/m.gguf", sha);
  }

  private ModelFile file(String path, String sha) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return new ModelFile(TestSettings.of(dir, url, sha), (done, total) -> {});
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void files_of_one_name_from_two_addresses_are_two_files() throws Exception {
    Path first = file("/a/m.gguf", "").find(() -> {});
    content = bytes("GGUF and another ");
    Path second = file("/b/m.gguf", "").find(() -> {});
    assertThat(second).hasBinaryContent(content);
    assertThat(file("/a/m.gguf", "").find(() -> {})).isEqualTo(first);
    assertThat(first).hasBinaryContent(bytes("GGUF and the rest"));
    assertThat(ranges).hasSize(2);
    assertThat(ModelFile.nameOf(second)).isEqualTo("m:latest");
  }

  @Test
  void a_file_that_is_there_with_the_configured_sha256_is_taken_from_wherever_it_came()
      throws Exception {
    Path there = Files.write(dir.resolve("m.gguf"), content);
    assertThat(file("/elsewhere/m.gguf", Sha256.of(there)).find(() -> {})).isEqualTo(there);
    assertThat(ranges).isEmpty();
  }

  @Test
  void a_file_of_another_sha256_than_configured_is_fetched_again() throws Exception {
    Files.write(dir.resolve("m.gguf"), bytes("GGUF of yesterday"));
    Path reference = Files.write(dir.resolve("reference"), content);
    assertThat(file(Sha256.of(reference)).find(() -> {})).hasBinaryContent(content);
    assertThat(ranges).hasSize(1);
  }

  @Test
  void a_fetched_file_is_not_fetched_again() throws Exception {
    assertThat(file("").find(() -> {})).hasBinaryContent(content);
    file("").find(() -> {});
    assertThat(ranges).containsExactly("null");
  }

  @Test
  void a_cut_download_is_resumed() throws Exception {
    Path reference = Files.write(dir.resolve("reference"), content);
    String sha = Sha256.of(reference);
    promised = 10;
    assertThatThrownBy(() -> file(sha).find(() -> {})).isInstanceOf(ModelFileException.class);
    promised = 0;
    Files.write(dir.resolve("m.gguf.part"), Arrays.copyOf(content, 6));
    assertThat(file(sha).find(() -> {})).hasBinaryContent(content);
    assertThat(ranges).containsExactly("null", "bytes=6-");
  }

  @Test
  void a_wrong_sha256_is_deleted() {
    assertThatThrownBy(() -> file("0".repeat(64)).find(() -> {})).hasMessageContaining("sha256");
    assertThat(dir.resolve("m.gguf.part")).doesNotExist();
    assertThat(dir.resolve("m.gguf")).doesNotExist();
  }

  @Test
  void html_is_not_a_model() {
    content = "<html>log in</html>".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> file("").find(() -> {})).hasMessageContaining("expected: GGUF");
  }

  @Test
  void a_package_is_no_other_source_of_a_file_that_only_its_address_names() {
    URI absent = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/m.gguf");
    content = bytes("no model");
    ModelFile file =
        new ModelFile(TestSettings.of(dir, absent, "", "some-package"), (done, total) -> {});
    assertThatThrownBy(() -> file.find(() -> {}))
        .hasMessageContaining("expected: GGUF")
        .hasMessageNotContaining("pip");
  }
}
