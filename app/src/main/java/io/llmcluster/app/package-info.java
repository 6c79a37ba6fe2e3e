@NullMarked
package io.llmcluster.app;

import org.jspecify.annotations.NullMarked;
