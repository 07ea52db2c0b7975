import 'vue'

declare module 'vue' {
  interface HTMLAttributes {
    popover?: 'auto' | 'manual'
  }
}
