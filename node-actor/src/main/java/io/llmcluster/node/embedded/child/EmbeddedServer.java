package io.llmcluster.node.embedded.child;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of the child process. */
public final class EmbeddedServer {
  private EmbeddedServer() {}

  /**
   * Serves until stdin closes. Prints {@code READY port}, or {@code FAILED why} and ends with 1.
   *
   * @param args model file, its SHA-256, model name, port (0: a free one), context in tokens,
   *     threads, parallel generations
   */
  public static void main(String[] args) {
    int code = 0;
    try {
      serve(args);
    } catch (Exception e) {
      System.out.println("FAILED " + e.getMessage());
      code = 1;
    }
    System.out.flush();
    Runtime.getRuntime().halt(code); // native threads would keep the process alive
  }

  private static void serve(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int context = Integer.parseInt(args[4]);
    int parallel = Integer.parseInt(args[6]);
    Generator model = new LlamaGenerator(file, context, Integer.parseInt(args[5]), parallel);
    forgetUnpackedLibrary();
    ModelCard card =
        new ModelCard(
            args[2],
            Files.size(file),
            args[1],
            Files.getLastModifiedTime(file).toInstant(),
            model.context(),
            GgufHeader.read(file));
    try (HttpServer server =
        new HttpServer(Integer.parseInt(args[3]), new OllamaApi(card, model, parallel))) {
      System.out.println("READY " + server.port());
      while (System.in.read() >= 0) {} // the parent holds the other end
    }
  }

  /** Once mapped it is not needed any more, where the system lets it be deleted. */
  private static void forgetUnpackedLibrary() {
    File[] files = new File(System.getProperty("java.io.tmpdir")).listFiles();
    for (File one : files == null || !OWN_FOLDER ? new File[0] : files) {
      one.delete();
    }
  }

  /** Whether the temp folder is this process's own; set by the parent. */
  private static final boolean OWN_FOLDER = Boolean.getBoolean("llmcluster.ownTempFolder");
}
