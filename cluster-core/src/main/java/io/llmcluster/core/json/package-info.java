/** JSON as Ollama writes it. */
@NullMarked
package io.llmcluster.core.json;

import org.jspecify.annotations.NullMarked;
