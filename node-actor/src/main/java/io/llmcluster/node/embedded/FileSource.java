package io.llmcluster.node.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** Where a model file can come from. */
interface FileSource {

  /** For messages: an address or a package. */
  String name();

  /**
   * Asks for the file and returns once it begins to come; blocks, an interrupt ends it.
   *
   * @param target where the file is to be in the end
   */
  Download ask(Path target) throws IOException, InterruptedException, ModelFileException;

  /**
   * A file that has begun to come. Closing it stops what is still under way and removes what served
   * it; it does not fail, and an interrupt does not end it.
   */
  interface Download extends AutoCloseable {

    FileSource source();

    /** Blocks until all of it is in a file beside the target, which is returned. */
    Path fetch() throws IOException, InterruptedException, ModelFileException;

    @Override
    void close();
  }
}
