import type { Box } from "../layout";

/** Nearer than this no picture needs to be, and farther away nothing could be read. */
const SCALE = { min: 0.05, max: 2.5 };
/** Smaller than this, names cannot be read. */
const READABLE_SCALE = 0.55;
/** Fitting never makes a small picture larger than life. */
const FITTING_SCALE = 1.15;
const MARGIN = 24;

/** Which part of the stage is seen: moved with the mouse, scaled with the wheel. */
export class Camera {
  /** The last press of the mouse moved the picture and was no click. */
  wasDragged = false;
  private x = 0;
  private y = 0;
  private scale = 1;
  private grip: { x: number; y: number } | undefined;

  constructor(
    private readonly canvas: SVGSVGElement,
    private readonly stage: SVGGElement,
  ) {
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      this.wasDragged = false;
      if (event.button === 0 && event.target === canvas) {
        this.grip = { x: event.clientX - this.x, y: event.clientY - this.y };
        canvas.setPointerCapture(event.pointerId);
        canvas.classList.add("held");
      }
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.grip !== undefined) {
        this.x = event.clientX - this.grip.x;
        this.y = event.clientY - this.grip.y;
        this.wasDragged = true;
        this.apply();
      }
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, () => {
        this.grip = undefined;
        canvas.classList.remove("held");
      });
    }
  }

  fit(width: number, height: number): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (width <= 0 || height <= 0 || clientWidth === 0) {
      return;
    }
    const wanted = Math.min(clientWidth / width, clientHeight / height, FITTING_SCALE);
    this.scale = Math.max(SCALE.min, wanted);
    this.x = (clientWidth - width * this.scale) / 2;
    this.y = (clientHeight - height * this.scale) / 2;
    this.apply();
  }

  /** Shows everything if that can be read, and else as much as can be, with this in it. */
  begin(width: number, height: number, first: Box | undefined): void {
    this.fit(width, height);
    if (this.scale < READABLE_SCALE && first !== undefined) {
      const { clientHeight } = this.canvas;
      this.scale = READABLE_SCALE;
      this.x = MARGIN - first.x * this.scale;
      this.y = clientHeight / 2 - (first.y + first.height / 2) * this.scale;
      this.apply();
    }
  }

  /** Around the middle of what is seen. */
  zoom(factor: number): void {
    this.zoomAt(this.canvas.clientWidth / 2, this.canvas.clientHeight / 2, factor);
  }

  /** Moves no farther than is needed. */
  show(box: Box): void {
    const { clientWidth, clientHeight } = this.canvas;
    const left = box.x * this.scale + this.x;
    const top = box.y * this.scale + this.y;
    this.x += inside(left, left + box.width * this.scale, clientWidth);
    this.y += inside(top, top + box.height * this.scale, clientHeight);
    this.apply();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || !event.shiftKey) {
      const { left, top } = this.canvas.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * 0.0015);
      this.zoomAt(event.clientX - left, event.clientY - top, factor);
    } else {
      this.x -= event.deltaY;
      this.apply();
    }
  }

  private zoomAt(x: number, y: number, factor: number): void {
    const scale = Math.min(SCALE.max, Math.max(SCALE.min, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  private apply(): void {
    this.stage.setAttribute(
      "transform",
      `translate(${this.x.toFixed(1)} ${this.y.toFixed(1)}) scale(${this.scale.toFixed(4)})`,
    );
  }
}

/** How far to move for a stretch to lie within a length. */
function inside(start: number, end: number, length: number): number {
  if (start < MARGIN) {
    return MARGIN - start;
  }
  return end > length - MARGIN ? length - MARGIN - end : 0;
}
