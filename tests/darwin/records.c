/* In: the system's own headers for macOS, as a compiler has them. Out, as exported data: structs as calls of the system would fill them,
 * written by the names of their fields alone; sizes of the structs; and offsets of the fields that structs.ts reads. make_records.mjs reads
 * them out of the library that comes of this: what the tests parse are bytes that a compiler laid out, for either processor. */
#include <mach-o/dyld_images.h>
#include <mach/mach.h>
#include <mach/task_info.h>
#include <mach/vm_region.h>
#include <stddef.h>
#include <sys/proc.h>
#include <sys/proc_info.h>

#define KEPT __attribute__((visibility("default"), used))

/* Calls of proc_pidinfo and task_info. */
KEPT const struct proc_bsdinfo bsd_running = {
    .pbi_flags = PROC_FLAG_LP64 | PROC_FLAG_EXEC,
    .pbi_status = SRUN,
    .pbi_pid = 4321,
    .pbi_ppid = 1234,
    .pbi_uid = 501,
    .pbi_gid = 20,
    .pbi_ruid = 502,
    .pbi_rgid = 21,
    .pbi_svuid = 503,
    .pbi_svgid = 22,
    .pbi_comm = "python3.12",
    .pbi_name = "python3.12",
    .pbi_pgid = 4300,
    .pbi_start_tvsec = 1795997101,
    .pbi_start_tvusec = 250000,
};
KEPT const struct proc_bsdinfo bsd_zombie = {
    .pbi_status = SZOMB, .pbi_pid = 4322, .pbi_ppid = 4321, .pbi_pgid = 4300, .pbi_start_tvsec = 1795997102};
KEPT const struct proc_bsdinfo bsd_stopped = {
    .pbi_flags = PROC_FLAG_TRACED, .pbi_status = SSTOP, .pbi_pid = 4323, .pbi_ppid = 77, .pbi_pgid = 4323};
KEPT const struct proc_bsdinfo bsd_launchd = {
    .pbi_flags = PROC_FLAG_SYSTEM, .pbi_status = SRUN, .pbi_pid = 1, .pbi_start_tvsec = 1795900000};
KEPT const struct proc_taskinfo task_busy = {
    .pti_virtual_size = 0x6100000000,
    .pti_resident_size = 0x2345000,
    .pti_total_user = 7000000000,
    .pti_total_system = 500000000,
    .pti_threads_user = 1,
    .pti_threads_system = 2,
    .pti_csw = 12345,
    .pti_threadnum = 9,
    .pti_numrunning = 2,
};
KEPT const struct proc_taskinfo task_idle = {.pti_resident_size = 0x2346000, .pti_total_user = 7000000001, .pti_threadnum = 9};
KEPT const struct proc_threadinfo thread_running = {
    .pth_user_time = 123456789, .pth_run_state = TH_STATE_RUNNING, .pth_curpri = 31, .pth_name = "worker"};
KEPT const struct proc_threadinfo thread_waiting = {.pth_user_time = 123456789, .pth_run_state = TH_STATE_WAITING};
KEPT const struct proc_regioninfo first_region = {
    .pri_protection = VM_PROT_READ | VM_PROT_EXECUTE, .pri_offset = 0x4000, .pri_address = 0x102f4c000, .pri_size = 0x4000};
KEPT const struct proc_vnodepathinfo folders = {
    .pvi_cdir = {.vip_path = "/Users/one/\303\266rtlich"}, .pvi_rdir = {.vip_path = "/elsewhere"}};
KEPT const struct task_dyld_info dyld = {
    .all_image_info_addr = 0x1f0000000, .all_image_info_size = 368, .all_image_info_format = TASK_DYLD_ALL_IMAGE_INFO_64};
KEPT const struct task_dyld_info dyld_32 = {
    .all_image_info_addr = 0x8fe00000, .all_image_info_size = 312, .all_image_info_format = TASK_DYLD_ALL_IMAGE_INFO_32};

/* What dyld keeps in the memory of the process. */
KEPT const struct dyld_all_image_infos images = {.version = 17,
                                                 .infoArrayCount = 4,
                                                 .infoArray = (const struct dyld_image_info *)0x1f0001000,
                                                 .libSystemInitialized = true,
                                                 .dyldImageLoadAddress = (const struct mach_header *)0x1f0100000};
KEPT const struct dyld_all_image_infos images_changing = {.version = 17, .infoArrayCount = 4};
KEPT const struct dyld_image_info image_array[4] = {
    {(const struct mach_header *)0x102f4c000, (const char *)0x1f0002000, 1},
    {(const struct mach_header *)0x103000000, (const char *)0x1f0002400, 2},
    {(const struct mach_header *)0x7ff800000000, (const char *)0x1f0002800, 3},
    {(const struct mach_header *)0x104000000, (const char *)0x1f0002c00, 4},
};

/* As native/system_calls_darwin.cc gives a region: address, size, struct. */
struct __attribute__((packed)) region {
  uint64_t address;
  uint64_t size;
  struct vm_region_basic_info_64 info;
};
KEPT const struct region regions[2] = {
    {0x102f4c000, 0x8000, {.protection = VM_PROT_READ | VM_PROT_EXECUTE, .max_protection = 7, .offset = 0x4000}},
    {0x102f58000, 0x4000, {.protection = VM_PROT_READ | VM_PROT_WRITE, .shared = 1}},
};

/* Names and numbers that structs.ts has. */
struct fact {
  char name[40];
  uint64_t number;
};
KEPT const struct fact facts[] = {
    {"PROC_PIDTBSDINFO.flavor", PROC_PIDTBSDINFO},
    {"PROC_PIDTBSDINFO.bytes", sizeof(struct proc_bsdinfo)},
    {"PROC_PIDTASKINFO.flavor", PROC_PIDTASKINFO},
    {"PROC_PIDTASKINFO.bytes", sizeof(struct proc_taskinfo)},
    {"PROC_PIDREGIONINFO.flavor", PROC_PIDREGIONINFO},
    {"PROC_PIDREGIONINFO.bytes", sizeof(struct proc_regioninfo)},
    {"PROC_PIDVNODEPATHINFO.flavor", PROC_PIDVNODEPATHINFO},
    {"PROC_PIDVNODEPATHINFO.bytes", sizeof(struct proc_vnodepathinfo)},
    {"PROC_PIDTHREADID64INFO.flavor", PROC_PIDTHREADID64INFO},
    {"PROC_PIDTHREADID64INFO.bytes", sizeof(struct proc_threadinfo)},
    {"TASK_DYLD_INFO.flavor", TASK_DYLD_INFO},
    {"TASK_DYLD_INFO.bytes", sizeof(struct task_dyld_info)},
    {"REGION.bytes", sizeof(struct region)},
    {"DYLD_IMAGES_HEAD.bytes", offsetof(struct dyld_all_image_infos, notification)},
    {"DYLD_IMAGE.bytes", sizeof(struct dyld_image_info)},
    {"ZOMBIE", SZOMB},
    {"STOPPED", SSTOP},
    {"FLAG_SYSTEM", PROC_FLAG_SYSTEM},
    {"FLAG_TRACED", PROC_FLAG_TRACED},
    {"TH_STATE_RUNNING", TH_STATE_RUNNING},
    {"DYLD_FORMAT_64", TASK_DYLD_ALL_IMAGE_INFO_64},
    {"VM_PROT_READ", VM_PROT_READ},
    {"VM_PROT_WRITE", VM_PROT_WRITE},
    {"VM_PROT_EXECUTE", VM_PROT_EXECUTE},
};

/* Where each record ends, which a symbol table doesn't tell. */
struct extent {
  char name[24];
  uint64_t bytes;
};
#define EXTENT(record) {#record, sizeof(record)}
KEPT const struct extent extents[] = {
    EXTENT(bsd_running),  EXTENT(bsd_zombie),     EXTENT(bsd_stopped),  EXTENT(bsd_launchd), EXTENT(task_busy),
    EXTENT(task_idle),    EXTENT(thread_running), EXTENT(thread_waiting), EXTENT(first_region), EXTENT(folders),
    EXTENT(dyld),         EXTENT(dyld_32),        EXTENT(images),       EXTENT(images_changing), EXTENT(image_array),
    EXTENT(regions),      EXTENT(facts),          {"", 0},
};
