/** How far the canvas is zoomed at least and at most. */
export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2;
