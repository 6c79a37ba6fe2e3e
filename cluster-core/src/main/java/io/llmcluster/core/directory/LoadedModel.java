package io.llmcluster.core.directory;

/**
 * A model in a node's memory, as {@code GET /api/ps} describes it.
 *
 * @param name with its tag, as the node writes it
 * @param size bytes of memory it takes in all
 * @param sizeVram bytes of that on GPUs
 * @param contextLength tokens it was loaded for; 0 if unknown
 * @param expiresAt RFC 3339; empty if it stays until the backend stops
 */
public record LoadedModel(
    String name, long size, long sizeVram, int contextLength, String expiresAt) {}
